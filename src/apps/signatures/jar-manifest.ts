import { wrong } from '../fault.ts';

/** A part of a manifest of a jar: what it says of one file, or of all. */
export interface JarSection {
  /** By names in small letters. */
  readonly attributes: ReadonlyMap<string, string>;
  /** As it stands there, with the empty line that ends it: what is digested. */
  readonly bytes: Buffer;
}

/** `META-INF/MANIFEST.MF`, or a signature file, which has the same form. */
export interface JarManifest {
  readonly bytes: Buffer;
  readonly main: JarSection;
  readonly sections: ReadonlyMap<string, JarSection>;
}

const LF = 10;
const CR = 13;
const SPACE = 32;

/** https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html; throws a `FormatError` for what readers would not agree on. */
export function readJarManifest(bytes: Buffer): JarManifest {
  const [main = EMPTY, ...rest] = sectionsOf(bytes);
  const sections = new Map<string, JarSection>();
  for (const section of rest) {
    const name = section.attributes.get('name');
    if (name === undefined) wrong('it has a section without a name');
    if (sections.has(name)) wrong(`it names ${name} twice`);
    sections.set(name, section);
  }
  return { bytes, main, sections };
}

const EMPTY: JarSection = { attributes: new Map(), bytes: Buffer.alloc(0) };

interface Line {
  readonly text: Buffer;
  readonly end: number;
}

function sectionsOf(bytes: Buffer): JarSection[] {
  const sections: JarSection[] = [];
  let lines: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const { text, end } = lineAt(bytes, at);
    if (text.length > 0) lines.push(text);
    else if (lines.length > 0) {
      sections.push({ attributes: attributesOf(lines), bytes: bytes.subarray(start, end) });
      lines = [];
    }
    if (text.length === 0) start = end;
    at = end;
  }
  if (lines.length > 0) sections.push({ attributes: attributesOf(lines), bytes: bytes.subarray(start) });
  return sections;
}

function lineAt(bytes: Buffer, at: number): Line {
  let end = at;
  while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
  const text = bytes.subarray(at, end);
  return { text, end: end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1) };
}

/** Lines that begin with a space go on with the one before, in the middle of a character if need be. */
function attributesOf(lines: readonly Buffer[]): ReadonlyMap<string, string> {
  const whole: Buffer[][] = [];
  for (const line of lines) {
    if (line[0] !== SPACE) whole.push([line]);
    else (whole.at(-1) ?? wrong('it begins with a line that goes on')).push(line.subarray(1));
  }
  const attributes = new Map<string, string>();
  for (const pieces of whole) {
    const text = Buffer.concat(pieces).toString('utf8');
    const colon = text.indexOf(': ');
    if (colon < 1) wrong(`its line ${JSON.stringify(text.slice(0, 40))} has no colon`);
    const name = text.slice(0, colon).toLowerCase();
    if (attributes.has(name)) wrong(`a section has ${text.slice(0, colon)} twice`);
    attributes.set(name, text.slice(colon + 2));
  }
  return attributes;
}

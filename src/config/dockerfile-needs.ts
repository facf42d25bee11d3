import type { Label } from '../base/index.ts';

/** A target that a Dockerfile cannot be built without, and where its text says so. */
export interface ImpliedNeed {
  readonly label: Label;
  /** Half-open range of UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
}

/**
 * What a Dockerfile stands on, copies and mounts of other targets: FROM, `COPY --from=` and `RUN --mount=from=` of images whose
 * name begins with the prefix, and COPY and mounts of `dist/<class>/<name>`. A scan that never fails; the image rule reads the file properly.
 * Names are as written: whether such a target exists is for the caller to say.
 */
export function impliedNeeds(
  dockerfileText: string,
  options: { readonly imagePrefix: string },
): ImpliedNeed[] {
  const stages = new Set<string>();
  const args = new Map<string, string>();
  const needs: ImpliedNeed[] = [];
  const add = (label: Label | undefined, start: number, text: string): void => {
    if (label) needs.push({ label, start, end: start + text.length });
  };
  for (const { keyword, words } of instructions(dockerfileText)) {
    if (keyword === 'ARG' && stages.size === 0) for (const { text } of words) readArg(args, text);
    if (keyword === 'FROM') {
      const [image, as, name] = words.filter(({ text }) => !text.startsWith('--'));
      const value = image && expand(image.text, args);
      if (image && value && !stages.has(value.toLowerCase()))
        add(imageLabel(value, options), image.start, image.text);
      stages.add(as?.text.toUpperCase() === 'AS' && name ? name.text.toLowerCase() : String(stages.size));
    }
    const addImage = ({ start, text }: ScannedWord): void => {
      const value = expand(text, args);
      if (!stages.has(value.toLowerCase()) && !/^\d+$/.test(value))
        add(imageLabel(value, options), start, text);
    };
    if (keyword === 'RUN') {
      for (const { key, ...word } of mountFields(dockerfileText, words))
        if (key === 'from') addImage(word);
        else add(distLabel(expand(word.text, args)), word.start, word.text);
    }
    if (keyword !== 'COPY' && keyword !== 'ADD') continue;
    const from = words.find(({ text }) => text.startsWith('--from='));
    if (from) {
      addImage({ start: from.start + 7, text: from.text.slice(7) });
      continue;
    }
    for (const { start, text } of words.filter((word) => !word.text.startsWith('--')).slice(0, -1)) {
      add(distLabel(expand(text, args)), start, text);
    }
  }
  return needs;
}

/** Of the mounts of a RUN, whose fields commas part: where they come from. */
function* mountFields(
  text: string,
  words: readonly ScannedWord[],
): Generator<ScannedWord & { readonly key: 'from' | 'source' }> {
  for (const word of words) {
    if (!word.text.startsWith('--') && text[word.start - 1] !== ',') return;
    const [field, key = '', value = ''] = /^(?:--mount=)?(from|source|src)=(.+)$/i.exec(word.text) ?? [];
    if (field === undefined) continue;
    const start = word.start + word.text.length - value.length;
    yield { key: key.toLowerCase() === 'from' ? 'from' : 'source', start, text: value };
  }
}

const DIST_KINDS = { components: 'component', images: 'image', mobile: 'app' } as const;

const SIGNED = /\.(?:apk|aab|ipa)$/;

/**
 * The target whose artifact lies at a path: `dist/components/<name>`, `dist/images/<name>`, `dist/mobile/<name>`,
 * `dist/scripts`. None for an app's package, which is signed when all is built.
 */
export function distLabel(path: string): Label | undefined {
  const names = path.split('/').filter((each) => each !== '' && each !== '.');
  if (names[0] !== 'dist' || names.includes('..')) return undefined;
  const [, folder = '', name] = names;
  if (folder === 'scripts') return { kind: 'scripts', name: 'scripts' };
  if (
    !Object.hasOwn(DIST_KINDS, folder) ||
    name === undefined ||
    /[*?[\]\\$]/.test(name) ||
    SIGNED.test(name)
  )
    return undefined;
  return { kind: DIST_KINDS[folder as keyof typeof DIST_KINDS], name };
}

function imageLabel(reference: string, { imagePrefix }: { readonly imagePrefix: string }): Label | undefined {
  const name = reference.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  if (!name.startsWith(imagePrefix) || name.includes('/') || name.length === imagePrefix.length)
    return undefined;
  return { kind: 'image', name: name.slice(imagePrefix.length) };
}

function readArg(args: Map<string, string>, text: string): void {
  const [, name, value] = /^(\w+)=["']?(.*?)["']?$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) args.set(name, expand(value, args));
}

/** Values of ARGs in front of the first FROM, and defaults. */
function expand(text: string, args: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-([^{}]*))?\})/g,
    (whole, plain?: string, braced?: string, fallback?: string) => {
      const value = args.get(plain ?? braced ?? '');
      return value ?? fallback ?? whole;
    },
  );
}

interface ScannedWord {
  readonly text: string;
  readonly start: number;
}

interface ScannedInstruction {
  readonly keyword: string;
  readonly words: readonly ScannedWord[];
}

function* instructions(text: string): Generator<ScannedInstruction> {
  const isBacktick = /^(?:#[^\n]*\n)*?#\s*escape\s*=\s*`/i.test(text);
  const continued = isBacktick ? /`[ \t]*$/ : /\\[ \t]*$/;
  let words: ScannedWord[] = [];
  const heredocs: string[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const lineStart = start;
    start += line.length + 1;
    if (heredocs.length > 0) {
      if (line.trim() === heredocs[0]) heredocs.shift();
      continue;
    }
    if (/^\s*(?:#|$)/.test(line)) continue;
    const isOpen = continued.test(line.replace(/\r$/, ''));
    const body = isOpen ? line.replace(/\r$/, '').replace(continued, '') : line;
    for (const match of body.matchAll(/[^\s"'[\],]+/g))
      words.push({ text: match[0], start: lineStart + match.index });
    if (isOpen) continue;
    const [first, ...rest] = words;
    words = [];
    if (!first) continue;
    const keyword = first.text.toUpperCase();
    if (['RUN', 'COPY', 'ADD'].includes(keyword)) {
      for (const match of line.matchAll(/<<-?["']?(\w+)["']?/g)) heredocs.push(match[1]!);
    }
    yield { keyword, words: rest };
  }
}

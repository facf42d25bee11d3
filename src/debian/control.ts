import { fail, ok, type Result } from '../base/index.ts';

/** A paragraph of a control file (deb822): fields in their order, folded lines with their line ends and without the leading space. */
export type Paragraph = ReadonlyMap<string, string>;

export interface ControlFailure {
  readonly kind: 'control';
  readonly line: number;
  readonly message: string;
}

const FIELD = /^([!-9;-~]+):[ \t]*(.*)$/;

/** Reads paragraphs as Debian Policy 5.1 has them: field names are lower-cased, comments dropped, no field twice. */
export function parseControl(text: string): Result<readonly Paragraph[], ControlFailure> {
  const paragraphs: Map<string, string>[] = [];
  let paragraph: Map<string, string> | undefined;
  let field: string | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/[ \t\r]+$/, '');
    const wrong = (message: string) => fail({ kind: 'control' as const, line: index + 1, message });
    if (raw.startsWith('#')) continue;
    if (line === '') {
      paragraph = field = undefined;
      continue;
    }
    if (raw.startsWith(' ') || raw.startsWith('\t')) {
      if (!paragraph || field === undefined) return wrong('a continued line without a field');
      paragraph.set(field, `${paragraph.get(field)}\n${line.slice(1)}`);
      continue;
    }
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || name.startsWith('-')) return wrong('this is no field');
    field = name.toLowerCase();
    if (!paragraph) {
      paragraph = new Map();
      paragraphs.push(paragraph);
    }
    if (paragraph.has(field)) return wrong(`the field ${name} stands twice`);
    paragraph.set(field, value!);
  }
  return ok(paragraphs);
}

/** The alternatives of each relation of a Depends-like field, by name: `a (>= 1) | b, c:any` gives `[[a, b], [c]]`. */
export function relationNames(value: string | undefined): readonly (readonly string[])[] {
  return (value ?? '')
    .split(',')
    .map((relation) =>
      relation
        .split('|')
        .map((each) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(each)?.[1])
        .filter((name) => name !== undefined),
    )
    .filter((names) => names.length > 0);
}

const NAME = /^[a-z0-9][a-z0-9+.-]{0,127}$/;
const VERSION = /^[0-9A-Za-z.+:~-]{1,128}$/;

/** Debian Policy 5.6.1, with one letter enough: a few packages have such a name. */
export function isPackageName(name: string): boolean {
  return NAME.test(name);
}

export function isPackageVersion(version: string): boolean {
  return /^[0-9]/.test(version) && VERSION.test(version);
}

import type { SourceFile, Span } from '../../base/index.ts';
import { lineEnd } from './logical-text.ts';

export type DirectiveName = 'syntax' | 'escape' | 'check';

/** `# name=value` in front of everything else. */
export interface Directive {
  readonly name: DirectiveName;
  readonly value: string;
  /** The whole line, without blanks around it. */
  readonly span: Span;
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S(?:.*\S)?)\s*$/;
const NAMES: readonly string[] = ['syntax', 'escape', 'check'] satisfies DirectiveName[];

/** The directives: lines up to the first that is none of the three. One that comes twice is told by `repeated`. */
export function readDirectives(file: SourceFile): { directives: Directive[]; repeated?: Directive } {
  const directives: Directive[] = [];
  const { text } = file;
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    const trimmed = line.trim();
    const [, name = '', value = ''] = DIRECTIVE.exec(trimmed) ?? [];
    if (!NAMES.includes(name.toLowerCase())) break;
    const start = at + (line.length - line.trimStart().length);
    const span = { file, start, end: start + trimmed.length };
    const directive = { name: name.toLowerCase() as DirectiveName, value, span };
    if (directives.some((each) => each.name === directive.name)) return { directives, repeated: directive };
    directives.push(directive);
  }
  return { directives };
}

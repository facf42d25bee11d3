import type { SourceFile } from '../base/index.ts';
import type { Located } from '../config/index.ts';

/**
 * The images that a Dockerfile stands on: of FROM and `COPY --from=`, without those that are its own stages.
 * A scan of instructions, no more; the image rule reads Dockerfiles properly.
 */
export function imagesOf(file: SourceFile): Located<string>[] {
  const stages = new Set<string>();
  const found: Located<string>[] = [];
  for (const { text, start } of instructions(file.text)) {
    const match = FROM.exec(text) ?? COPY_FROM.exec(text);
    if (!match) continue;
    const { image = '', stage } = match.groups!;
    if (!stages.has(image.toLowerCase()) && !/^\d+$/.test(image)) {
      const at = start + match.indices!.groups!.image![0];
      found.push({ value: image, span: { file, start: at, end: at + image.length } });
    }
    if (stage) stages.add(stage.toLowerCase());
  }
  return found;
}

const FROM = /^\s*FROM\s+(?:--\S+\s+)*(?<image>[^\s"'$]+)(?:\s+AS\s+(?<stage>\S+))?\s*$/di;
const COPY_FROM = /^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*?--from=(?<image>[^\s"'$]+)(?<stage>(?!))?/di;
const HEREDOC = /^\s*(?:RUN|COPY|ADD)\s.*<<-?["']?(\w+)["']?/is;

interface Instruction {
  /** Continued lines joined; backslash and line end are blanks, so that offsets stay. */
  readonly text: string;
  readonly start: number;
}

function* instructions(text: string): Generator<Instruction> {
  let open = '';
  let openStart = 0;
  let heredoc: string | undefined;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, ' ');
    const next = end + 1;
    if (heredoc !== undefined) {
      if (line.trim() === heredoc) heredoc = undefined;
    } else if (/^\s*#/.test(line)) {
      if (open !== '') open += ' '.repeat(next - start);
    } else {
      if (open === '') openStart = start;
      const continued = /\\\s*$/.test(line);
      open += (continued ? line.replace(/\\(\s*)$/, ' $1') : line).padEnd(next - start);
      if (!continued) {
        if (open.trim() !== '') yield { text: open, start: openStart };
        heredoc = HEREDOC.exec(open)?.[1];
        open = '';
      }
    }
    start = next;
  }
  if (open.trim() !== '') yield { text: open, start: openStart };
}

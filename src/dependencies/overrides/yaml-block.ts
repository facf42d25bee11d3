/** A key of a block mapping with all that is its value. */
export interface YamlBlock {
  /** White space in front of the key. */
  readonly indent: string;
  /** Where the next line begins. */
  readonly end: number;
  readonly lineEnd: string;
}

/**
 * The block of the nearest line `key:` above a place, if the place is in it; `undefined` where the mapping is written in braces, or the
 * text ends without a line end.
 */
export function yamlBlock(text: string, key: string, place: number): YamlBlock | undefined {
  const head = new RegExp(`^( *)${key}:(?: |\r?$)`, 'gm');
  const match = [...text.slice(0, place).matchAll(head)].at(-1) ?? headAt(text, head, place);
  if (!match) return undefined;
  const indent = match[1]!;
  let end = lineEndAt(text, match.index);
  for (let at = end; at < text.length; ) {
    const next = lineEndAt(text, at);
    const line = text.slice(at, next).trimEnd();
    if (line !== '' && !isInside(line, indent)) break;
    // Comments and empty lines behind the value belong to what follows.
    if (line !== '' && !/^\s*#/.test(line)) end = next;
    at = next;
  }
  if (end <= place || text[end - 1] !== '\n') return undefined;
  return { indent, end, lineEnd: text[end - 2] === '\r' ? '\r\n' : '\n' };
}

/** The place may stand on the line of the key itself. */
function headAt(text: string, head: RegExp, place: number): RegExpExecArray | undefined {
  const start = text.lastIndexOf('\n', place - 1) + 1;
  return [...text.matchAll(head)].find(({ index }) => index === start);
}

function isInside(line: string, indent: string): boolean {
  const own = /^ */.exec(line)![0];
  return own.length > indent.length || (own === indent && /^ *-(?: |$)/.test(line));
}

function lineEndAt(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found + 1;
}

import { isFormatProblem } from '../../apps/index.ts';

/** What `read` gives; `undefined` where the bytes end before it does, or are not what their format allows. */
export function whole<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isFormatProblem(error)) return undefined;
    throw error;
  }
}

/** Strings as lines; line ends in them would not be told from those between them. */
export function lineText(strings: Iterable<string>, limitBytes: number): Buffer {
  const lines: string[] = [];
  let left = limitBytes;
  for (const each of strings) {
    const line = each.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
    left -= line.length + 1;
    if (left < 0) throw new RangeError('more than may be unpacked');
    lines.push(line);
  }
  return Buffer.from(lines.join('\n'));
}

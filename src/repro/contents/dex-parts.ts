import { DexStrings, dexRows } from '../../apps/index.ts';
import type { Archive } from './archive.ts';
import { lineText, whole } from './whole.ts';

/**
 * The tables of a dex file as texts: strings in their order, classes, fields and methods by their names. Code refers to tables by
 * index, so where one of them differs, so does code all over; that is why it is not among the parts.
 */
export function dexParts(bytes: Buffer, limitBytes: number): Archive | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'dex\n') return undefined;
  const members = whole(() =>
    Object.entries(tablesOf(bytes)).map(([name, lines]) => ({
      name,
      fields: new Map(),
      content: lineText(lines, limitBytes),
    })),
  );
  return members && { format: 'dex', fields: new Map(), members, isPartial: true };
}

function tablesOf(bytes: Buffer): Readonly<Record<string, Iterable<string>>> {
  const strings = new DexStrings(bytes);
  const owned = (at: number): string =>
    `${strings.type(bytes.readUInt16LE(at))}->${strings.at(bytes.readUInt32LE(at + 4))}`;
  return {
    strings: strings.all(),
    classes: each(dexRows(bytes, 'classes'), (at) => strings.type(bytes.readUInt32LE(at))),
    fields: each(dexRows(bytes, 'fields'), owned),
    methods: each(dexRows(bytes, 'methods'), owned),
  };
}

/** One after the other: few rows can name a long string many times. */
function* each(rows: readonly number[], line: (at: number) => string): Generator<string> {
  for (const at of rows) yield line(at);
}

import { constants, deflateRawSync } from 'node:zlib';
import type { Found, Place } from '../model.ts';

/** Larger ones are not packed nine times to find out how. */
const MAX_TRIED_BYTES = 8 * 2 ** 20;

/** One content that two builds have packed into other bytes. */
export function compareDeflated(
  place: Place,
  content: Buffer,
  { a, b }: { readonly a: Buffer; readonly b: Buffer },
): Found {
  const [levelA, levelB] = [levelOf(content, a), levelOf(content, b)];
  const text =
    levelA !== undefined && levelB !== undefined
      ? `the same content, compressed by zlib with level ${levelA} and with level ${levelB}`
      : 'the same content, compressed with another level, or by another compressor or version of it';
  const shown = (level: number | undefined): string => (level === undefined ? 'not known' : `level ${level}`);
  const values = { a: shown(levelA), b: shown(levelB) };
  return {
    kind: 'told',
    place,
    field: 'compression',
    ...values,
    cause: { kind: 'compression level', text: `${text} (${a.length} and ${b.length} bytes)` },
  };
}

/** Which level of zlib gives these bytes; of several the highest, since programs that ask for the best say 9. */
function levelOf(content: Buffer, packed: Buffer): number | undefined {
  if (content.length > MAX_TRIED_BYTES) return undefined;
  for (let level = constants.Z_BEST_COMPRESSION; level >= 1; level--)
    if (deflateRawSync(content, { level }).equals(packed)) return level;
  return undefined;
}

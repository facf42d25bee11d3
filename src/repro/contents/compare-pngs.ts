import type { Found, Place } from '../model.ts';
import { areSamePixels, type Png, readPng } from './png-pixels.ts';

/** What differs between two pictures: how the same pixels are packed, and what is noted beside them. `undefined`: see the bytes. */
export function comparePngs(place: Place, a: Buffer, b: Buffer): Found[] | undefined {
  const inA = readPng(a);
  const inB = inA && readPng(b);
  if (!inA || !inB || areSamePixels(inA, inB) !== true) return undefined;
  const others = chunkDifferences(place, inA, inB);
  const isPackedSame = inA.packed.equals(inB.packed) && inA.colourType === inB.colourType;
  return isPackedSame && others.length > 0 ? others : [crunched(place, inA, inB), ...others];
}

function crunched(place: Place, a: Png, b: Png): Found {
  const how = ({ packed, colourType }: Png): string => `${packed.length} bytes, colour type ${colourType}`;
  const text = `the same ${a.width}x${a.height} pixels, packed otherwise: ${how(a)} and ${how(b)}`;
  return { kind: 'told', place, field: 'content', cause: { kind: 'PNG crunching', text } };
}

function chunkDifferences(place: Place, a: Png, b: Png): Found[] {
  const [inA, inB] = [a, b].map(
    ({ others }) =>
      new Map(others.map(({ type, content }, at) => [keyOf(others, type, at), { type, content }])),
  );
  return [...new Set([...inA!.keys(), ...inB!.keys()])].flatMap((key): Found[] => {
    const [one, two] = [inA!.get(key)?.content, inB!.get(key)?.content];
    if (one && two?.equals(one)) return [];
    const below = [...place, key];
    if (!one || !two) return [{ kind: 'only', place: below, side: one ? 'a' : 'b', what: 'chunk' }];
    if (key !== 'tIME') return [{ kind: 'content', place: below, a: one, b: two }];
    return [{ kind: 'field', place: below, field: 'time', a: timeOf(one), b: timeOf(two) }];
  });
}

/** A type may stand several times. */
function keyOf(others: Png['others'], type: string, at: number): string {
  const before = others.slice(0, at).filter((each) => each.type === type).length;
  return before === 0 ? type : `${type} ${before + 1}`;
}

function timeOf(chunk: Buffer): string {
  if (chunk.length !== 7) return chunk.toString('hex');
  const two = (at: number): string => String(chunk[at]).padStart(2, '0');
  return `${chunk.readUInt16BE(0)}-${two(2)}-${two(3)}T${two(4)}:${two(5)}:${two(6)}Z`;
}

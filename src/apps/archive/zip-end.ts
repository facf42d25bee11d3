import { wrong } from '../fault.ts';

const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_NOTE = 0xffff;
const WIDE_PLACE = 0x07064b50;
const WIDE_PLACE_BYTES = 20;
const WIDE_END = 0x06064b50;

/** Where the central directory is. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly end: number;
  readonly count: number;
  /** Where the end record is. */
  readonly endRecord: number;
  /** Whether zip64 says all this. */
  readonly isWide: boolean;
}

/** By the end record, or by that of zip64 where one is announced. */
export function directoryPlace(bytes: Buffer): DirectoryPlace {
  const at = endRecord(bytes);
  const wide = wideEnd(bytes, at);
  const place = wide ?? {
    count: bytes.readUInt16LE(at + 10),
    sizeBytes: bytes.readUInt32LE(at + 12),
    offset: bytes.readUInt32LE(at + 16),
  };
  const end = place.offset + place.sizeBytes;
  if (end > at) wrong('its directory ends behind its end record: it was cut, or joined to something');
  return { offset: place.offset, count: place.count, end, endRecord: at, isWide: wide !== undefined };
}

/** The last one whose note reaches to the end, so that a note cannot hold another. */
function endRecord(bytes: Buffer): number {
  for (let at = bytes.length - END_BYTES; at >= Math.max(0, bytes.length - END_BYTES - LONGEST_NOTE); at--) {
    if (bytes.readUInt32LE(at) === END && at + END_BYTES + bytes.readUInt16LE(at + 20) === bytes.length)
      return at;
  }
  return wrong('it has no end record of a zip: it is none, or it was cut');
}

function wideEnd(
  bytes: Buffer,
  end: number,
): { readonly count: number; readonly sizeBytes: number; readonly offset: number } | undefined {
  const place = end - WIDE_PLACE_BYTES;
  if (place < 0 || bytes.readUInt32LE(place) !== WIDE_PLACE) return undefined;
  const at = Number(bytes.readBigUInt64LE(place + 8));
  if (bytes.readUInt32LE(at) !== WIDE_END) wrong('the end record of zip64 is not where it is said to be');
  const [count, sizeBytes, offset] = [32, 40, 48].map((field) => Number(bytes.readBigUInt64LE(at + field)));
  return { count: count!, sizeBytes: sizeBytes!, offset: offset! };
}

import type { ByteRange } from '../blobs/blob-store.ts';

/**
 * One range of a `Range` header (RFC 9110, 14.1.2) over content of a size. `whole` for no header, for several ranges and for what
 * is none, which the RFC allows to ignore; `outside` where nothing of it is there.
 */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'outside' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const count = Math.min(Number(last), sizeBytes);
    return count === 0 ? 'outside' : { start: sizeBytes - count, end: sizeBytes };
  }
  const start = Number(first);
  const end = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= sizeBytes ? 'outside' : { start, end };
}

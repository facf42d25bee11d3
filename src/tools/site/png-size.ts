const SIGNATURE = '89504e470d0a1a0a';

/** As much of a PNG file as tells its size. */
export const PNG_HEAD_BYTES = 24;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a PNG file, from its head; `undefined` for anything else. */
export function pngSize(bytes: Uint8Array): Size | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, PNG_HEAD_BYTES));
  if (head.byteLength < PNG_HEAD_BYTES) return undefined;
  const isPng = head.toString('hex', 0, 8) === SIGNATURE && head.toString('latin1', 12, 16) === 'IHDR';
  return isPng ? { width: head.readUInt32BE(16), height: head.readUInt32BE(20) } : undefined;
}

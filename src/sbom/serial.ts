import { sha256 } from '../base/index.ts';

/** Stands in a document for its own number until that is known; none of our documents holds it otherwise. */
export const SERIAL_PLACE = '00000000-0000-8000-8000-000000000000';

/**
 * Puts the document's number in its place: a UUID of version 8 (RFC 9562) made of the document's own SHA-256, so that the same
 * content has the same number and any other content another one.
 */
export function withSerial(text: string): string {
  const hex = sha256(text);
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return text.replace(SERIAL_PLACE, uuid.join('-'));
}

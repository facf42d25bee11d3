import { Digester } from '../base/index.ts';

/**
 * The number of a document: a UUID of version 8 (RFC 9562) made of the SHA-256 of all that it says beside it, so that the same
 * content has the same number and any other content another one.
 */
export function serialOf(...parts: readonly string[]): string {
  const digester = new Digester();
  for (const part of parts) digester.update(part);
  const { hash: hex } = digester.digest();
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

import { crc32 } from 'node:zlib';

/** Bits for each character, by how often characters of the text repeat. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Random texts of 20 characters and more have above 3.5; words, patterns and repetitions have less. */
const RANDOM_BITS = 3.5;

export function isRandom(text: string): boolean {
  return entropy(text) >= RANDOM_BITS && !isPlaceholder(text);
}

const PLACEHOLDER =
  /example|sample|dummy|placeholder|changeme|change_me|redacted|insert|your[_-]?|xxxx|0000000|1234567|abcdef|\.\.\.|<|\{|\$|\*\*/i;

/** What stands for a secret in documents and examples. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM_CHARACTERS = 6;

/** GitHub's tokens end in the CRC-32 of what stands between their prefix and it, in base 62. */
export function hasGithubChecksum(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1, -CHECKSUM_CHARACTERS);
  return base62(crc32(body)) === token.slice(-CHECKSUM_CHARACTERS);
}

export function base62(number: number): string {
  let text = '';
  for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) text = BASE_62[rest % 62] + text;
  return text.padStart(CHECKSUM_CHARACTERS, '0');
}

const MIN_KEY_BYTES = 40;
const SEQUENCE = 0x30;

/** The text of a PEM block, or of OpenSSH's or OpenPGP's: data that are a key, and no three dots. */
export function isKeyBody(body: string): boolean {
  const lines = body.split(/\\n|\r?\n/).map((line) => line.replace(/["'\s,+]/g, ''));
  const base64 = lines.filter((line) => /^[A-Za-z0-9+/]+={0,2}$/.test(line)).join('');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < MIN_KEY_BYTES) return false;
  return (
    bytes[0] === SEQUENCE ||
    bytes.toString('latin1', 0, 14) === 'openssh-key-v1' ||
    isRandom(base64.slice(0, 200))
  );
}

/** A signed token (RFC 7519): its head names an algorithm, and there is a signature. */
export function isJwt(token: string): boolean {
  const [head = '', body = ''] = token
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('utf8'));
  const fields = parsed(head);
  return typeof fields?.alg === 'string' && fields.alg.toLowerCase() !== 'none' && parsed(body) !== undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `user:password` in base64, as Docker keeps it. */
export function isBasicPair(text: string): boolean {
  const pair = Buffer.from(text, 'base64').toString('utf8');
  return /^[\x20-\x7e]+:[\x20-\x7e]{3,}$/.test(pair) && !isPlaceholder(pair);
}

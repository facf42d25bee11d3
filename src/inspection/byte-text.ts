/**
 * Names in archives are bytes. Here they are strings with a character for each byte, so that none is lost, equal names are
 * equal strings, and their order is that of the bytes.
 */

/** Characters that would steer a terminal, reorder a text or not be seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to show
const UNSHOWABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function byteText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/**
 * A name as people and documents are shown it: UTF-8 where it is that. Other bytes are `\xNN`, control characters
 * `\n`, `\t`, `\r` or `\xNN` or `\u{NNNN}`, a backslash is `\\`, so that no two names look the same.
 */
export function shownBytes(text: string): string {
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  try {
    return shownText(DECODER.decode(bytes));
  } catch {
    return escapedParts(bytes);
  }
}

/** A text with its control characters made visible. */
export function shownText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(UNSHOWABLE, (character) => SHORT[character] ?? escaped(character.codePointAt(0)!));
}

/** JSON of a value for people: strings quoted, nothing in it that steers a terminal. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSHOWABLE, (character) => escaped(character.codePointAt(0)!));
}

function escaped(code: number): string {
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** What is UTF-8 as it is, byte by byte what is not. */
function escapedParts(bytes: Uint8Array): string {
  let shown = '';
  for (let at = 0; at < bytes.byteLength; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) shown += `\\x${bytes[at]!.toString(16).padStart(2, '0')}`;
    else shown += shownText(DECODER.decode(bytes.subarray(at, at + length)));
    at += Math.max(1, length);
  }
  return shown;
}

/** Of the character that begins at `at`; 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.byteLength; length++) {
    try {
      DECODER.decode(bytes.subarray(at, at + length));
      return length;
    } catch {}
  }
  return 0;
}

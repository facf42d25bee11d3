/**
 * Versions as keys: texts whose order by code units is the order of the versions. Comparing is then one comparison of texts, the
 * order is total whatever was read, and a database can sort by it.
 */

/** Digits as a key: a longer number is the greater one. */
export function numberKey(digits: string): string {
  let from = 0;
  while (from < digits.length - 1 && digits.charCodeAt(from) === ZERO) from++;
  const plain = from === 0 ? digits : digits.slice(from);
  return String.fromCharCode(plain.length) + plain;
}

const ZERO = 48;

/** Longer texts are no versions. */
export const MAX_LENGTH = 1000;

/**
 * Of a text that is no version of its ecosystem: below every version, among themselves by their text with numbers as numbers.
 * A key of `numberKey` never begins with the character that this one begins with.
 */
export function strangeKey(text: string): string {
  return `\0${text.toLowerCase().replace(/\d+/g, (digits) => `0${numberKey(digits)}`)}`;
}

/**
 * The secret of an `Authorization` header: of `Bearer`, or the password of `Basic` (what docker, twine, npm and curl send; the
 * user's name says nothing, since a token knows whose it is). `undefined` for what is neither.
 */
export function secretOf(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^([A-Za-z]+) +([^\s]+)\s*$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic' || value.length > MOST_CHARACTERS) return undefined;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : text.slice(colon + 1);
}

const MOST_CHARACTERS = 4096;

import { MAX_LENGTH, numberKey } from './key.ts';

/**
 * The order of dpkg (deb-version): epoch, then upstream version, then revision, each by turns of signs and numbers, where `~` stands
 * below the end and letters below other signs. Any text has a place.
 */
export function dpkgKey(text: string): string {
  const plain = text.trim().slice(0, MAX_LENGTH);
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?([\s\S]*)$/.exec(plain)!;
  const dash = rest.lastIndexOf('-');
  const [upstream, revision] = dash < 0 ? [rest, ''] : [rest.slice(0, dash), rest.slice(dash + 1)];
  return numberKey(epoch) + partKey(upstream) + partKey(revision);
}

const TILDE = '\u0001';
const END = '\u0002';

function partKey(part: string): string {
  let key = '';
  for (const [, signs = '', digits = ''] of part.matchAll(/([^\d]*)(\d*)/g)) {
    if (signs === '' && digits === '' && key !== '') continue;
    key += `${signsKey(signs)}${END}${numberKey(digits || '0')}`;
  }
  return key + END;
}

function signsKey(signs: string): string {
  let key = '';
  for (let at = 0; at < signs.length; at++) {
    const code = signs.charCodeAt(at);
    const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
    key += code === 126 ? TILDE : String.fromCharCode(isLetter ? code : code + 256);
  }
  return key;
}

import { MAX_LENGTH, numberKey, strangeKey } from './key.ts';

/** As SemVer 2.0 has it, and beyond it: `v` in front, fewer or more numbers than three, zeros in front, no `-` before a word. */
const VERSION = /^[v=\s]*(\d+(?:\.\d+)*)(?:[-.]?([^+]+))?(?:\+[\s\S]*)?$/;

const PRE_RELEASE = '\u0001';
const RELEASE = '\u0002';
const MORE = '\u0003';

/**
 * Precedence of Semantic Versioning 2.0; what stands behind `+` does not count. Numbers that are missing are 0, a fourth one comes
 * after the third, and a text that begins with no number stands below every version.
 */
export function semverKey(text: string): string {
  const match = text.length <= MAX_LENGTH ? VERSION.exec(text.trim()) : null;
  if (!match) return strangeKey(text);
  const [, core = '', prerelease] = match;
  return coreKey(core) + (prerelease === undefined ? RELEASE : PRE_RELEASE + identifiersKey(prerelease));
}

function coreKey(core: string): string {
  const parts = core.split('.').map(numberKey);
  while (parts.length < 3) parts.push(ZERO);
  while (parts.length > 3 && parts.at(-1) === ZERO) parts.pop();
  const key = parts[0]! + parts[1]! + parts[2]!;
  return parts.length === 3 ? key : `${key}${MORE}${parts.slice(3).join(MORE)}`;
}

const ZERO = numberKey('0');

/** Numbers stand below words, and fewer identifiers below more. */
function identifiersKey(prerelease: string): string {
  let key = '';
  for (const each of prerelease.split('.'))
    key += /^\d+$/.test(each) ? `\u0001${numberKey(each)}` : `\u0002${each}\0`;
  return `${key}\0`;
}

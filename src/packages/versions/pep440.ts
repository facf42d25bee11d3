import { MAX_LENGTH, numberKey, strangeKey } from './key.ts';

const VERSION =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

/** Release after release: what ends here stands below what goes on. */
const END = '\u0001';
const MORE = '\u0002';
/** In place of a part that is absent. */
const BELOW = '\0';
const ABOVE = '\uffff';

/** PEP 440. A text that it does not allow stands below every version. */
export function pep440Key(text: string): string {
  const match = text.length <= MAX_LENGTH ? VERSION.exec(text.trim().toLowerCase()) : null;
  if (!match) return strangeKey(text);
  const [, epoch = '0', release = '', pre, preNumber, implicitPost, post, postNumber, dev, devNumber, local] =
    match;
  const postDigits = implicitPost ?? (post === undefined ? undefined : postNumber || '0');
  return (
    numberKey(epoch) +
    releaseKey(release) +
    (pre === undefined
      ? dev !== undefined && postDigits === undefined
        ? BELOW
        : ABOVE
      : phaseOf(pre) + numberKey(preNumber || '0')) +
    (postDigits === undefined ? BELOW : numberKey(postDigits)) +
    (dev === undefined ? ABOVE : numberKey(devNumber || '0')) +
    (local === undefined ? BELOW : localKey(local))
  );
}

/** Whether PEP 440 allows the text. */
export function isPep440(text: string): boolean {
  return text.length <= MAX_LENGTH && VERSION.test(text.trim().toLowerCase());
}

function releaseKey(release: string): string {
  const parts = release.split('.').map(numberKey);
  while (parts.length > 1 && parts.at(-1) === ZERO) parts.pop();
  return MORE + parts.join(MORE) + END;
}

const ZERO = numberKey('0');

function phaseOf(word: string): string {
  const first = word.charAt(0);
  return first === 'a' || first === 'b' ? first : 'r';
}

/** Numbers stand above words. */
function localKey(local: string): string {
  const parts = local
    .split(/[-_.]/)
    .map((part) => (/^\d+$/.test(part) ? MORE + numberKey(part) : `${END}${part}\0`));
  return `${parts.join('')}\0`;
}

import { MAX_LENGTH, numberKey } from './key.ts';

/** A number or a qualifier as a key, or what stands behind a `-`. */
export type MavenItem = string | MavenItems;

export interface MavenItems extends ReadonlyArray<MavenItem> {}

const NUMBER = '\u0002';
const QUALIFIER = '\u0001';
const ZERO = NUMBER + numberKey('0');
/** No word at all; a word that is not listed stands above all that are. */
const RANKS: Readonly<Record<string, string>> = {
  alpha: '0',
  beta: '1',
  milestone: '2',
  rc: '3',
  cr: '3',
  snapshot: '4',
  '': '5',
  ga: '5',
  final: '5',
  release: '5',
  sp: '6',
};
const RELEASE = `${QUALIFIER}5`;
const SHORT = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

/** A version as `ComparableVersion` of Maven 3.8 reads it. Any text is one; what stands behind 1000 characters does not count. */
export function parseMaven(text: string): MavenItems {
  const reader = new MavenReader();
  for (const token of text
    .slice(0, MAX_LENGTH)
    .toLowerCase()
    .match(/\d+|[^\d.-]+|[.-]/g) ?? [])
    reader.take(token);
  return reader.end();
}

class MavenReader {
  readonly #root: MavenItem[] = [];
  readonly #open: MavenItem[][] = [this.#root];
  /** What was read since the last separator or change between letters and digits. */
  #word: string | undefined;

  take(token: string): void {
    if (token === '.' || token === '-') {
      this.#add(this.#word === undefined ? ZERO : itemOf(this.#word));
      this.#word = undefined;
      if (token === '-') this.#begin();
      return;
    }
    if (this.#word !== undefined) {
      if (isDigits(token)) {
        this.#beginWord();
        this.#add(qualifierOf(SHORT.get(this.#word) ?? this.#word));
      } else this.#add(itemOf(this.#word));
      this.#begin();
    }
    this.#word = token;
  }

  end(): MavenItems {
    if (this.#word !== undefined) {
      if (!isDigits(this.#word)) this.#beginWord();
      this.#add(itemOf(this.#word));
    }
    for (const list of this.#open.reverse()) trim(list);
    return this.#root;
  }

  #add(item: MavenItem): void {
    this.#open.at(-1)!.push(item);
  }

  /** `1.rc1` means `1-rc1`, and `1.x` means `1-x`. */
  #beginWord(): void {
    if (this.#open.at(-1)!.length > 0) this.#begin();
  }

  #begin(): void {
    const list: MavenItem[] = [];
    this.#add(list);
    this.#open.push(list);
  }
}

function isDigits(token: string): boolean {
  const code = token.charCodeAt(0);
  return code >= 48 && code <= 57;
}

function itemOf(word: string): string {
  return isDigits(word) ? NUMBER + numberKey(word) : qualifierOf(word);
}

function qualifierOf(word: string): string {
  return QUALIFIER + (Object.hasOwn(RANKS, word) ? RANKS[word]! : `7-${word}`);
}

/** Takes away what means nothing at the end, and before lists at the end. */
function trim(list: MavenItem[]): void {
  for (let at = list.length - 1; at >= 0; at--) {
    const item = list[at]!;
    if (item === ZERO || item === RELEASE || item.length === 0) list.splice(at, 1);
    else if (typeof item === 'string') return;
  }
}

/**
 * The order of `ComparableVersion`. Maven's order is not transitive where a word stands between `.` and `-` in one version and behind a
 * `-` in another (`1` < `1.sp-1` < `1-alpha` < `1`), and so this one is not.
 */
export function compareMaven(a: MavenItems, b: MavenItems): number {
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const order = compareItems(a[at], b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareItems(a: MavenItem | undefined, b: MavenItem | undefined): number {
  if (b === undefined) return a === undefined ? 0 : compareWithNothing(a);
  if (a === undefined) return -compareWithNothing(b);
  if (typeof a === 'string') {
    if (typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
    return a.startsWith(NUMBER) ? 1 : -1;
  }
  if (typeof b === 'string') return b.startsWith(NUMBER) ? -1 : 1;
  return compareMaven(a, b);
}

function compareWithNothing(item: MavenItem): number {
  if (typeof item === 'string') {
    if (item.startsWith(NUMBER)) return item === ZERO ? 0 : 1;
    return item < RELEASE ? -1 : item > RELEASE ? 1 : 0;
  }
  for (const each of item) {
    const order = compareWithNothing(each);
    if (order !== 0) return order;
  }
  return 0;
}

/** Words that say how ready a version is; any other word stands below `rc`, and no word at all above `snapshot`. */
const READINESS: Readonly<Record<string, number>> = {
  dev: -1,
  rc: 1,
  snapshot: 2,
  final: 3,
  ga: 4,
  release: 5,
  sp: 6,
};

/** Gradle's order of versions: negative where `a` is the lower one. Parts end at `.`, `-`, `_`, `+`, and between letters and digits. */
export function compareGradleVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareParts(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function partsOf(version: string): readonly (number | string)[] {
  const words = version.match(/\d+|[a-zA-Z]+/g) ?? [];
  return words.map((word) => (/^\d/.test(word) ? Number(word) : word));
}

function compareParts(a: number | string | undefined, b: number | string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -isMore(b!) : isMore(a);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? 1 : -1;
  const [left, right] = [readiness(a), readiness(b)];
  if (left !== right) return left - right;
  return left === 0 && a !== b ? (a < b ? -1 : 1) : 0;
}

/** `1.0.1` is above `1.0`, `1.0-rc` below it. */
function isMore(part: number | string): number {
  return typeof part === 'number' ? 1 : -1;
}

function readiness(word: string): number {
  return READINESS[word.toLowerCase()] ?? 0;
}

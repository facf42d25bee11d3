import type { Ecosystem } from '../../packages/index.ts';

/**
 * Whether by the habit of its ecosystem one version does what another did: the same first number that is not 0, as npm's `^` has it. It
 * is a habit and no promise, and nothing of it is said of Python.
 */
export function isSameSeries(
  ecosystem: Extract<Ecosystem, 'npm' | 'Maven'>,
  one: string,
  other: string,
): boolean {
  const numbers = [one, other].map((each) => /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(each));
  const [a, b] = numbers;
  if (!a || !b || a[1] !== b[1]) return false;
  if (a[1] !== '0' || ecosystem === 'Maven') return true;
  return a[2] === b[2] && (a[2] !== '0' || a[3] === b[3]);
}

import type { SemanticVersion } from './semantic-version.ts';

/** Google Play takes no greater version code. */
export const MAX_NUMBER = 2_100_000_000;

const MAX_MAJOR = 209;
const MAX_MINOR = 99;
const MAX_PATCH = 999;
const RELEASE = 99;

/** Where each kind of prerelease begins among the numbers of its version, and what comes behind it. */
const STAGES: ReadonlyMap<string, { readonly from: number; readonly to: number }> = new Map([
  ['alpha', { from: 1, to: 29 }],
  ['beta', { from: 30, to: 59 }],
  ['rc', { from: 60, to: 98 }],
]);

/**
 * The whole number that a version has wherever one is asked for: `major * 10000000 + minor * 100000 + patch * 100 + stage`. A
 * later version has a greater one. A text is why there is none.
 */
export function numberOf({ core, prerelease }: SemanticVersion): number | string {
  const [major, minor, patch] = core.map(Number) as [number, number, number];
  if (major > MAX_MAJOR || minor > MAX_MINOR || patch > MAX_PATCH)
    return `a number is made of versions up to ${MAX_MAJOR}.${MAX_MINOR}.${MAX_PATCH}`;
  const stage = stageOf(prerelease);
  if (typeof stage === 'string') return stage;
  return major * 10_000_000 + minor * 100_000 + patch * 100 + stage;
}

function stageOf(prerelease: readonly string[]): number | string {
  const [kind, index, ...more] = prerelease;
  if (kind === undefined) return RELEASE;
  const stage = STAGES.get(kind);
  if (!stage || more.length > 0 || (index !== undefined && !/^\d+$/.test(index)))
    return 'a number is made of the prereleases alpha, beta and rc, alone or with a number: 1.0.0-beta.2';
  const at = index === undefined ? stage.from : stage.from + 1 + Number(index);
  if (at > stage.to) return `a number is made of ${kind}.0 to ${kind}.${stage.to - stage.from - 1}`;
  return at;
}

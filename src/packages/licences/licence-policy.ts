import type { LicenceTree } from './licence-tree.ts';

/** Which licences pass, as SPDX identifiers; capitals do not count. */
export interface LicencePolicy {
  /** Any that is not denied unless told. */
  readonly allow?: readonly string[];
  readonly deny: readonly string[];
}

/** Of a choice one has to pass, of what holds together all. */
export function licencePasses(tree: LicenceTree, policy: LicencePolicy): boolean {
  if ('parts' in tree) {
    const passes = (part: LicenceTree): boolean => licencePasses(part, policy);
    return tree.kind === 'or' ? tree.parts.some(passes) : tree.parts.every(passes);
  }
  const name = (tree.kind === 'licence' ? tree.id : tree.name).toLowerCase();
  const isNamed = (list: readonly string[]): boolean => list.some((each) => each.toLowerCase() === name);
  return !isNamed(policy.deny) && (policy.allow === undefined || isNamed(policy.allow));
}

import { type LicenceTree, parseLicence } from './licence-tree.ts';

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
  const name = nameOf(tree);
  const isNamed = (list: readonly string[]): boolean => list.some((each) => meant(each) === name);
  return !isNamed(policy.deny) && (policy.allow === undefined || isNamed(policy.allow));
}

function nameOf(tree: Exclude<LicenceTree, { readonly parts: unknown }>): string {
  return (tree.kind === 'licence' ? tree.id : tree.name).toLowerCase();
}

/** A policy may call a licence by an id that the list has given up, too. */
function meant(id: string): string {
  const tree = parseLicence(id);
  return tree && !('parts' in tree) ? nameOf(tree) : id.toLowerCase();
}

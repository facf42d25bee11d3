import type { PackageImageSpec } from '../../config/index.ts';
import type { PackageSet } from '../rule.ts';

/** What is asked of the distribution for an image; the order in which packages are named means nothing. */
export function packageSet(
  { from, components, packages, essential, updates }: PackageImageSpec,
  architecture: string,
): PackageSet {
  return {
    ...from.value,
    components,
    architecture,
    packages: packages.map(({ value }) => value).sort(),
    essential,
    updates,
  };
}

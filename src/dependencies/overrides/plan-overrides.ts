import { mavenOverrides } from './maven-overrides.ts';
import { nodeOverrides } from './node-overrides.ts';
import type { Override, OverrideOptions, WantedVersion } from './override.ts';
import { pythonOverrides } from './python-overrides.ts';

/** The way of each ecosystem that has one, for each part of the workspace that has such a version locked. */
export function planOverrides(
  wanted: readonly WantedVersion[],
  options: OverrideOptions,
): readonly Override[] {
  return [
    ...pythonOverrides(ofEcosystem(wanted, 'PyPI'), options),
    ...nodeOverrides(ofEcosystem(wanted, 'npm'), options),
    ...mavenOverrides(ofEcosystem(wanted, 'Maven'), options),
  ];
}

function ofEcosystem(wanted: readonly WantedVersion[], ecosystem: string): readonly WantedVersion[] {
  return wanted.filter((each) => each.ecosystem === ecosystem);
}

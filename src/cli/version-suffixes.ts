import type { BuildOutcome } from '../build/index.ts';
import type { AndroidSettings } from '../config/index.ts';
import type { TargetGraph } from '../graph/index.ts';

/** What may follow the version in a file below `path`, where the configuration of its app says so: `-debug`. */
export function suffixesIn(
  graph: TargetGraph,
  artifacts: BuildOutcome['artifacts'],
): (path: string) => readonly string[] {
  return (path) => {
    const artifact = artifacts.find((each) => path === each.path || path.startsWith(`${each.path}/`));
    const target = artifact && graph.targets.get(artifact.label);
    const android = target && 'android' in target.spec ? target.spec.android : undefined;
    return android ? versionNameSuffixes(android) : [];
  };
}

/** Those of all variants: of the app, one flavor of each dimension, and the build type, in this order. */
export function versionNameSuffixes(android: AndroidSettings): readonly string[] {
  const { flavors = [], buildTypes = [] } = android;
  const dimensions = [...Map.groupBy(flavors, ({ dimension = '' }) => dimension).values()];
  const own = (settings: { readonly versionNameSuffix?: string }): string => settings.versionNameSuffix ?? '';
  const parts = [[own(android)], ...dimensions.map((each) => each.map(own)), ['', ...buildTypes.map(own)]];
  const all = parts.reduce((before, part) => before.flatMap((start) => part.map((end) => start + end)));
  return [...new Set(all)].filter((suffix) => suffix !== '');
}

import { compareTexts } from '../../base/index.ts';
import { compareVersions, type Ecosystem, type Package } from '../../packages/index.ts';
import { packageGraph } from '../graph/package-graph.ts';
import type { Lockfile } from '../model.ts';
import { latestKey } from './latest-versions.ts';

/** What became of a package between two locks. */
export interface LockChange {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** Ascending; empty where it is new. */
  readonly from: readonly string[];
  /** Ascending; empty where it is gone. */
  readonly to: readonly string[];
}

/** Packages whose versions are not the same, by ecosystem and name. */
export function lockChanges(before: Lockfile, after: Lockfile): readonly LockChange[] {
  const [old, now] = [before, after].map(versionsByName);
  const keys = [...new Set([...old!.keys(), ...now!.keys()])].sort(compareTexts);
  return keys.flatMap((key) => {
    const one = old!.get(key)?.[0] ?? now!.get(key)![0]!;
    const from = versionsOf(old!.get(key));
    const to = versionsOf(now!.get(key));
    const { ecosystem, name } = one;
    return from.join('\n') === to.join('\n') ? [] : [{ ecosystem, name, from, to }];
  });
}

/** By `latestKey`, all locked versions, ascending. */
export function lockedVersions(lock: Lockfile): ReadonlyMap<string, readonly string[]> {
  const all = [...versionsByName(lock).values()];
  return new Map(all.map((own) => [latestKey(own[0]!.ecosystem, own[0]!.name), versionsOf(own)]));
}

function versionsByName(lock: Lockfile): ReadonlyMap<string, readonly Package[]> {
  const { packages } = packageGraph({ lock, packageLocks: new Map() });
  return Map.groupBy(packages, ({ ecosystem, name }) => `${ecosystem}\0${name}`);
}

function versionsOf(packages: readonly Package[] = []): string[] {
  const versions = [...new Set(packages.map(({ version }) => version))];
  return versions.sort((a, b) => compareVersions(packages[0]!.ecosystem, a, b));
}

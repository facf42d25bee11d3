import { nodeAt } from '../../action/index.ts';
import { sha256 } from '../../base/index.ts';
import type { ContextFiles } from './context-files.ts';
import type { ReadImage } from './read-image.ts';
import type { Segment } from './segments.ts';

/** By these names package managers know the files that say exactly what they install. */
const NAMES: ReadonlySet<string> = new Set([
  'mobileops.lock',
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
  ...['deno.lock', 'poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock', 'conda-lock.yml', 'pixi.lock'],
  ...['Cargo.lock', 'go.sum', 'go.work.sum', 'Gemfile.lock', 'gems.locked', 'composer.lock', 'mix.lock'],
  ...['gradle.lockfile', 'buildscript-gradle.lockfile', 'verification-metadata.xml', 'packages.lock.json'],
  ...['Podfile.lock', 'Package.resolved', 'pubspec.lock', 'conan.lock', 'MODULE.bazel.lock', 'flake.lock'],
]);
/** pip's: by PEP 751, and what pip itself has for a lock. */
const PIP = /^(?:pylock(?:\.[^./]+)?\.toml|requirements[^/]*\.txt)$/;

export function isLockFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return NAMES.has(name) || PIP.test(name);
}

/** Of each segment, one text for the lock files of the context that it and what it stands on take; absent where they take none. */
export function cacheLocksOf(
  segments: readonly Segment[],
  { taken }: Pick<ReadImage, 'taken'>,
  files: ContextFiles,
): ReadonlyMap<string, string> {
  const lines = new Map<string, ReadonlySet<string>>();
  const tree = files.tree();
  const lineOf = (path: string): string => {
    const found = nodeAt(tree, path);
    return `${found?.kind === 'file' ? found.node.digest.hash : ''} ${path}`;
  };
  for (const { id, needs, uses } of segments) {
    const own = uses.flatMap((use) => [...(taken.get(use) ?? [])]).filter(isLockFile);
    const found = new Set(own.map(lineOf));
    for (const need of needs) for (const line of lines.get(need) ?? []) found.add(line);
    lines.set(id, found);
  }
  const some = [...lines].filter(([, found]) => found.size > 0);
  return new Map(some.map(([id, found]) => [id, sha256([...found].sort().join('\n'))]));
}

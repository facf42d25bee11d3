import { join } from 'node:path/posix';
import { compareTexts } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { ReleaseCopy } from './make-release.ts';

/** What people install by itself, from a page or a repository of packages. */
const KINDS: readonly (readonly [RegExp, ReleaseCopy['kind']])[] = [
  [/^dist\/mobile\/.+\.(?:apk|aab|ipa)$/, 'app'],
  [/\.whl$/, 'package'],
  [/-\d+\.\d+\.\d+[^/]*\.tgz$/, 'package'],
];

/**
 * The apps and packages among what was built, with names that bear the version and are each used once: `hybrid-1.0.0.apk`.
 * `artifacts` are paths below the workspace, folders with all that is in them.
 */
export function releaseCopies(
  fs: FileSystem,
  {
    root,
    version,
    artifacts,
  }: { readonly root: string; readonly version: string; readonly artifacts: readonly string[] },
): readonly ReleaseCopy[] {
  const files = artifacts.flatMap((path) => filesAt(fs, root, path)).sort(compareTexts);
  const copies: ReleaseCopy[] = [];
  const taken = new Set<string>();
  for (const from of new Set(files)) {
    const kind = KINDS.find(([pattern]) => pattern.test(from))?.[1];
    if (kind === undefined) continue;
    const name = copyName(from, kind, version);
    if (taken.has(name)) continue;
    taken.add(name);
    copies.push({ from, name, kind });
  }
  return copies;
}

/** A wheel and an npm package bear their version already; their clients read it from the name. */
function copyName(from: string, kind: ReleaseCopy['kind'], version: string): string {
  if (kind === 'package') return from.slice(from.lastIndexOf('/') + 1);
  const ending = from.slice(from.lastIndexOf('.'));
  const below = from.replace(/^dist\/[^/]+\//, '').slice(0, -ending.length);
  return `${below.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${version}${ending}`;
}

function filesAt(fs: FileSystem, root: string, path: string): string[] {
  const type = fs.lstat(join(root, path))?.type;
  if (type === 'file') return [path];
  if (type !== 'directory') return [];
  return fs.readDirectory(join(root, path)).flatMap(({ name }) => filesAt(fs, root, `${path}/${name}`));
}

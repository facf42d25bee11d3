import { join } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';

/** Something of a build that may tell its version. */
export interface BuiltPlace {
  /** Below the workspace. */
  readonly path: string;
  /** `manifest`: the package.json of a folder. */
  readonly type: 'file' | 'image' | 'manifest';
}

/**
 * All that is in the artifacts, to their end: what a release sends out by itself is what was compared with its version. Not looked
 * into are images, whose blobs have no names, `node_modules`, and through links; a package.json below another is that one's own affair.
 */
export function builtPlaces(fs: FileSystem, root: string, paths: readonly string[]): readonly BuiltPlace[] {
  return [...new Set(paths)].sort().flatMap((path) => placesAt(fs, root, { path, isInPackage: false }));
}

interface Visited {
  readonly path: string;
  readonly isInPackage: boolean;
}

function placesAt(fs: FileSystem, root: string, { path, isInPackage }: Visited): BuiltPlace[] {
  const full = join(root, path);
  const type = fs.lstat(full)?.type;
  if (type === 'file') return [{ path, type }];
  if (type !== 'directory') return [];
  if (fs.lstat(join(full, 'oci-layout'))) return [{ path, type: 'image' }];
  const isPackage = !isInPackage && fs.lstat(join(full, 'package.json'))?.type === 'file';
  const names = fs.readDirectory(full).map(({ name }) => name);
  const below = names
    .filter((name) => name !== 'node_modules')
    .flatMap((name) =>
      placesAt(fs, root, { path: `${path}/${name}`, isInPackage: isInPackage || isPackage }),
    );
  return isPackage ? [{ path, type: 'manifest' }, ...below] : below;
}

import { basename, dirname } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';
import { type Catalogue, catalogueFile, catalogueFolder } from '../../sbom/index.ts';
import type { ScanSubject } from '../subject.ts';
import { diskFiles } from './disk-files.ts';

export interface FolderWorld {
  readonly fs: FileSystem;
  readonly signal: AbortSignal;
}

/** Packages that files of a folder name, also below `node_modules`, and its sources. */
export async function folderSubject(
  world: FolderWorld,
  root: string,
  sources: readonly string[],
): Promise<ScanSubject> {
  const catalogue = await catalogueFolder(world, root);
  return { ...ofCatalogue(catalogue), files: diskFiles(world.fs, root, sources), isWhole: false };
}

/** What one file names, and what is in it. */
export function fileSubject(world: FolderWorld, path: string): ScanSubject {
  const { catalogue } = catalogueFile(world, path);
  return {
    ...ofCatalogue(catalogue),
    files: diskFiles(world.fs, dirname(path), [basename(path)]),
    isWhole: false,
  };
}

function ofCatalogue({ packages, notListed }: Catalogue): Pick<ScanSubject, 'packages' | 'notScanned'> {
  return { packages, notScanned: notListed.map(({ place, why }) => ({ subject: place, why })) };
}

import { join } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';
import { joined, NOTHING, type ReadVersions, unreadable } from './built-version.ts';
import { readApp } from './read-app.ts';
import { readImage } from './read-image.ts';
import { readManifest, readNpmArchive, readWheel } from './read-packages.ts';

/** Larger ones cannot be read at once. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
/** `catalog/wheels/x.whl` in a component. */
const MAX_DEPTH = 4;
const APP = /\.(?:apk|aab|ipa)$/;

/**
 * Opens what a build made and reads the version that each file tells: apps, wheels, npm packages and images, also in folders. A
 * path is below the workspace. Archives of other kinds are not looked into.
 */
export async function readBuilt(
  fs: FileSystem,
  root: string,
  paths: readonly string[],
): Promise<ReadVersions> {
  const read: ReadVersions[] = [];
  for (const path of [...new Set(paths)].sort())
    read.push(await readPath(fs, root, { path, depth: 0, isInPackage: false }));
  return joined(read);
}

interface Visited {
  readonly path: string;
  readonly depth: number;
  /** A `package.json` further up: those below it are its own affair. */
  readonly isInPackage: boolean;
}

async function readPath(fs: FileSystem, root: string, visited: Visited): Promise<ReadVersions> {
  const full = join(root, visited.path);
  const stat = fs.lstat(full);
  if (stat?.type === 'directory') return readFolder(fs, root, visited);
  if (stat?.type !== 'file') return NOTHING;
  return readFile(fs, { full, path: visited.path, sizeBytes: stat.sizeBytes });
}

async function readFolder(
  fs: FileSystem,
  root: string,
  { path, depth, isInPackage }: Visited,
): Promise<ReadVersions> {
  const full = join(root, path);
  if (fs.lstat(join(full, 'oci-layout'))) return readImage(fs, full, path);
  const manifest = isInPackage ? undefined : fs.readTextIfExists(join(full, 'package.json'));
  const read = manifest === undefined ? [] : [readManifest(path, 'package.json', manifest)];
  if (depth >= MAX_DEPTH) return joined(read);
  const inside = { depth: depth + 1, isInPackage: isInPackage || manifest !== undefined };
  for (const { name } of fs.readDirectory(full))
    if (name !== 'node_modules') read.push(await readPath(fs, root, { path: `${path}/${name}`, ...inside }));
  return joined(read);
}

interface BuiltFile {
  readonly full: string;
  readonly path: string;
  readonly sizeBytes: number;
}

async function readFile(fs: FileSystem, { full, path, sizeBytes }: BuiltFile): Promise<ReadVersions> {
  if (APP.test(path)) return readApp(fs, { full, path });
  const read = path.endsWith('.whl') ? readWheel : path.endsWith('.tgz') ? readNpmArchive : undefined;
  if (!read) return NOTHING;
  if (sizeBytes > MAX_FILE_BYTES) return unreadable(path, 'files of up to 2 GB are read');
  return read(path, Buffer.from(fs.readFile(full)));
}

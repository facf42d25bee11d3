import { join } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';
import type { BuiltPlace } from './built-files.ts';
import { joined, NOTHING, type ReadVersions, unreadable } from './built-version.ts';
import { readApp } from './read-app.ts';
import { readImage } from './read-image.ts';
import { readManifest, readNpmArchive, readWheel } from './read-packages.ts';

/** Larger ones cannot be read at once. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
const APP = /\.(?:apk|aab|ipa)$/;

/**
 * Opens what a build made and reads the version that each of its places tells: apps, wheels, npm packages and images. Archives of
 * other kinds are not looked into.
 */
export async function readBuilt(
  fs: FileSystem,
  root: string,
  places: readonly BuiltPlace[],
): Promise<ReadVersions> {
  const read: ReadVersions[] = [];
  for (const place of places) read.push(await readPlace(fs, root, place));
  return joined(read);
}

async function readPlace(fs: FileSystem, root: string, { path, type }: BuiltPlace): Promise<ReadVersions> {
  const full = join(root, path);
  if (type === 'image') return readImage(fs, full, path);
  if (type === 'manifest') return readManifest(path, 'package.json', fs.readText(join(full, 'package.json')));
  return readFile(fs, { full, path, sizeBytes: fs.lstat(full)?.sizeBytes ?? 0 });
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

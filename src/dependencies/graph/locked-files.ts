import type { Digest } from '../../base/index.ts';
import { type Ecosystem, packagePurl } from '../../packages/index.ts';
import { digestOf } from '../chosen-files.ts';
import type { Lockfile } from '../model.ts';
import type { PackagePlace } from '../package-place.ts';

/** A locked file, with the package that it is of. */
export interface FileOfPackage {
  readonly purl: string;
  readonly file: string;
  readonly digest: Digest;
}

/** Files of Python, npm and Maven whose size is known, for every platform: any of a package tells what the package declares. */
export function* lockedFiles(lock: Lockfile, place: PackagePlace): Generator<FileOfPackage> {
  for (const [spec, wheels] of Object.entries(lock.wheels)) {
    const [name = '', version = ''] = spec.split('==');
    for (const [file, entry] of Object.entries(wheels)) {
      const [sha256 = '', size] = entry.split(' ');
      const sized = { sha256, ...(size === undefined ? {} : { sizeBytes: Number(size) }) };
      yield* fileOf({ ecosystem: 'PyPI', name, version, file, ...sized }, place);
    }
  }
  for (const { packages } of Object.values(lock.node))
    for (const each of packages) yield* fileOf({ ...each, ecosystem: 'npm', file: 'package.tgz' }, place);
  for (const { files } of Object.values(lock.maven))
    for (const each of files) yield* fileOf({ ...each, ecosystem: 'Maven' }, place);
  for (const { ecosystem, files } of Object.values(lock.tools))
    for (const each of files)
      yield* fileOf(
        { ...each, ecosystem: ecosystem === 'node' ? 'npm' : ecosystem === 'maven' ? 'Maven' : 'PyPI' },
        place,
      );
}

interface Entry {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256?: string;
  readonly sizeBytes?: number;
  readonly integrity?: string;
}

function* fileOf(entry: Entry, place: PackagePlace): Generator<FileOfPackage> {
  const digest = digestOf(entry, place);
  if (digest) yield { purl: packagePurl(entry), file: entry.file, digest };
}

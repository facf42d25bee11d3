import { basename } from 'node:path/posix';
import { digestOfFile } from '../host/index.ts';
import { type Catalogue, type CatalogueOptions, makeCatalogue } from './catalog/catalogue.ts';
import { type ArchiveWorld, isTarArchive, sightArchive } from './catalog/catalogue-archive.ts';
import type { Component } from './model.ts';

export { isTarArchive };

export interface ListedArchive {
  readonly subject: Component;
  readonly catalogue: Catalogue;
  /** What holds an image is listed as that. */
  readonly isImage: boolean;
}

/** What is found in the files of a tar, packed or not; in one pass, and nothing is unpacked to the disk. */
export async function catalogueArchive(
  world: ArchiveWorld,
  path: string,
  options: CatalogueOptions = {},
): Promise<ListedArchive> {
  const { sightings, isImage } = await sightArchive(world, path);
  const name = basename(path);
  const hashes = [{ algorithm: 'sha256' as const, hex: digestOfFile(world.fs, path).hash }];
  const subject = { id: `file:${name}`, type: 'archive' as const, name, hashes, places: [name] };
  return { subject, catalogue: makeCatalogue(sightings, options), isImage };
}

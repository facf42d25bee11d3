import { basename, dirname } from 'node:path/posix';
import { type Catalogue, type CatalogueOptions, makeCatalogue } from './catalog/catalogue.ts';
import { type FolderWorld, sightFile, sightFiles } from './catalog/catalogue-files.ts';
import { isModelFile } from './catalog/model-file.ts';
import { type Component, makeSbom, type Sbom } from './model.ts';

/** What is found in the files of a folder, its locks too. */
export async function catalogueFolder(
  world: FolderWorld,
  path: string,
  options: CatalogueOptions = {},
): Promise<Catalogue> {
  return makeCatalogue(await sightFiles(world, path), options);
}

/** Where no sources are, but what was made of them. */
const MADE: ReadonlySet<string> = new Set(['dist', 'build', 'build-cache', 'node_modules', '.venv']);

/** The models among the sources of a workspace. */
export async function catalogueModels(world: FolderWorld, root: string): Promise<Catalogue> {
  return makeCatalogue(await sightFiles(world, root, { wants: isModelFile, except: MADE }));
}

/** What one file says: a lock, a jar, a program, a model. */
export function catalogueFile(
  { fs }: FolderWorld,
  path: string,
  options: CatalogueOptions = {},
): { readonly subject: Component; readonly catalogue: Catalogue } {
  const name = basename(path);
  const { sha256, found } = sightFile(fs, { root: dirname(path), path: name });
  const catalogue = makeCatalogue(found ? [{ path: name, found }] : [], options);
  const id = `file:${name}`;
  const own = catalogue.components.find((component) => component.id === id);
  const hashes = [{ algorithm: 'sha256' as const, hex: sha256 }];
  return { subject: { type: 'file', name, hashes, ...own, id }, catalogue };
}

export interface BillOptions {
  /** Seconds since 1970. */
  readonly created?: number;
}

/** The bill of something that holds what was found in it. */
export function billOf(subject: Component, catalogue: Catalogue, { created }: BillOptions = {}): Sbom {
  const { components, edges, notListed } = catalogue;
  const needed = new Set(edges.map(({ to }) => to));
  return makeSbom({
    subject,
    components,
    relations: [
      // What something in it asks for is reached through that.
      ...components
        .filter(({ id, type }) => type !== 'library' || !needed.has(id))
        .map(({ id }) => ({ from: subject.id, kind: 'contains' as const, to: id })),
      ...edges.map(({ from, to }) => ({ from, kind: 'depends-on' as const, to })),
    ],
    notListed,
    phase: 'pre-build',
    ...(created === undefined ? {} : { created }),
  });
}

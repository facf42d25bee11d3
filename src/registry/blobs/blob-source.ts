import type { Cas } from '../../cas/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { blobPath, type Descriptor, type ImageIndex, parseJson, REF_NAME } from '../../oci/index.ts';
import { isDigest, MAX_MANIFEST_BYTES } from '../manifests/documents.ts';

/** Where the blobs of an image lie that is pushed or exported. */
export interface BlobSource {
  /** The file of a `sha256:` digest; `undefined` when there is none of that size. */
  fileOf(descriptor: Pick<Descriptor, 'digest' | 'size'>): string | undefined;
}

/** The blobs of an OCI layout. */
export function layoutSource(fs: Pick<FileSystem, 'lstat'>, root: string): BlobSource {
  return {
    fileOf({ digest, size }) {
      const path = `${root}/${blobPath(digest)}`;
      const stat = fs.lstat(path);
      return stat?.type === 'file' && stat.sizeBytes === size ? path : undefined;
    },
  };
}

/** The store of a build's blobs. */
export function storeSource(cas: Pick<Cas, 'fileOf'>): BlobSource {
  return {
    fileOf: ({ digest, size }) =>
      cas.fileOf({ hash: digest.slice('sha256:'.length), sizeBytes: size }, false),
  };
}

/** What a layout's `index.json` names; empty when there is none that can be read. */
export function layoutTops(fs: Pick<FileSystem, 'lstat' | 'readText'>, root: string): readonly Descriptor[] {
  const path = `${root}/index.json`;
  const stat = fs.lstat(path);
  if (stat?.type !== 'file' || stat.sizeBytes > MAX_MANIFEST_BYTES) return [];
  const index = parseJson(fs.readText(path)) as Partial<ImageIndex> | undefined | null;
  const manifests: readonly unknown[] = Array.isArray(index?.manifests) ? index.manifests : [];
  return manifests.filter((each): each is Descriptor => {
    const { digest, size, mediaType } = (each ?? {}) as Partial<Descriptor>;
    return isDigest(digest) && Number.isSafeInteger(size) && typeof mediaType === 'string';
  });
}

/** The one manifest of a layout that has a name or, without `name`, is all that is there; `undefined` otherwise. */
export function layoutTop(
  fs: Pick<FileSystem, 'lstat' | 'readText'>,
  root: string,
  name?: string,
): Descriptor | undefined {
  const tops = layoutTops(fs, root);
  const fitting = name === undefined ? tops : tops.filter((each) => each.annotations?.[REF_NAME] === name);
  // The same image may have several names.
  return new Set(fitting.map(({ digest }) => digest)).size === 1 ? fitting[0] : undefined;
}

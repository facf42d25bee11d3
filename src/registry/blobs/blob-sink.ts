import { type Digest, Digester, InternalError, sameDigest } from '../../base/index.ts';
import type { Cas } from '../../cas/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { blobPath, OCI_LAYOUT } from '../../oci/index.ts';

/** Where pulled blobs go, once they are whole and right. */
export interface BlobSink {
  /** Whether the blob is there, whole and right: what is damaged is fetched again. */
  has(digest: Digest): boolean;
  /** For files that are not whole yet; on the disk that `adopt` moves or copies from. */
  readonly partialFolder: string;
  /** Takes a file whose content has this digest: from here on, and not before, it is there. The file is gone afterwards. */
  adopt(digest: Digest, path: string): void;
}

/** A blob's digest as OCI writes it. */
export function ociDigest({ hash }: Pick<Digest, 'hash'>): string {
  return `sha256:${hash}`;
}

/**
 * An OCI image layout in a folder, which is made when it is absent. What is not whole yet lies in `partialFolder`, which
 * must be on the same disk.
 */
export function layoutSink(
  fs: FileSystem,
  root: string,
  partialFolder: string = `${root}/.partial`,
): BlobSink {
  const place = (digest: Digest): string => `${root}/${blobPath(ociDigest(digest))}`;
  fs.makeDirectory(`${root}/blobs/sha256`);
  fs.replaceFile(`${root}/oci-layout`, OCI_LAYOUT);
  return {
    has: (digest) => isWhole(fs, place(digest), digest),
    partialFolder,
    adopt: (digest, path) => fs.rename(path, place(digest)),
  };
}

/** The store of a build's blobs. */
export function storeSink(
  fs: FileSystem,
  cas: Pick<Cas, 'fileOf' | 'putFile'>,
  partialFolder: string,
): BlobSink {
  return {
    has: (digest) => cas.fileOf(digest, false) !== undefined,
    partialFolder,
    adopt(digest, path) {
      const stored = cas.putFile(path);
      if (!sameDigest(stored, digest)) throw new InternalError(`${path} changed while it was stored`);
      fs.unlink(path);
    },
  };
}

function isWhole(fs: FileSystem, path: string, digest: Digest): boolean {
  const stat = fs.lstat(path);
  if (stat?.type !== 'file' || stat.sizeBytes !== digest.sizeBytes) return false;
  return fileDigest(fs, path).hash === digest.hash;
}

const READ_BYTES = 2 ** 20;

/** Of a file's content, without holding it. */
export function fileDigest(fs: Pick<FileSystem, 'open'>, path: string): Digest {
  const digester = new Digester();
  eachChunk(fs, path, (chunk) => void digester.update(chunk));
  return digester.digest();
}

/** The chunk is valid until the next one only. */
export function eachChunk(
  fs: Pick<FileSystem, 'open'>,
  path: string,
  take: (chunk: Uint8Array) => void,
): void {
  using file = fs.open(path, 'r');
  const buffer = new Uint8Array(READ_BYTES);
  for (let count = file.read(buffer); count > 0; count = file.read(buffer)) take(buffer.subarray(0, count));
}

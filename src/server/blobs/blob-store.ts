import type { Result } from '../../base/index.ts';
import type { Algorithm, BlobDigest } from './blob-digest.ts';

export interface StoredBlob {
  readonly digest: BlobDigest;
  readonly sizeBytes: number;
}

/** A blob that is there, open: the caller closes it. */
export interface OpenBlob {
  readonly sizeBytes: number;
  /** Fills `buffer` from `position` on; the count of bytes, 0 at the end. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  close(): void;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes as they come from a client. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** Bytes that lie on the disk for one request, and are gone once it disposes of them. */
export interface ReceivedBytes extends AsyncDisposable {
  readonly sizeBytes: number;
  /** All of them, or a part. */
  pieces(range?: ByteRange): ByteSource;
}

export type PutFailure =
  /** More came than is allowed; what came is gone, or of a resumable upload kept as it was before. */
  | { readonly kind: 'too-large'; readonly maxBytes: number }
  /** The bytes have another digest than was said. They are gone. */
  | { readonly kind: 'wrong-digest'; readonly actual: BlobDigest }
  /** Another request is writing to the same upload. */
  | { readonly kind: 'busy' }
  /** There is no such upload. */
  | { readonly kind: 'absent' };

export interface PutOptions {
  readonly maxBytes: number;
  /** What the bytes must be. */
  readonly expected?: BlobDigest;
  /** sha256 unless told, or as expected. */
  readonly algorithm?: Algorithm;
}

/**
 * Content by digest, for every face of the server: what two of them hold is there once. Nothing is visible before all of its
 * bytes were checked and written. A blob that nothing names may be removed once its grace is over, so that who writes its name
 * into the database does so soon after it came. A full disk is thrown as the platform's error, and a store that may have no more as `StoreFull`; both leave nothing behind.
 */
export interface BlobStore {
  stat(digest: BlobDigest): { readonly sizeBytes: number } | undefined;
  open(digest: BlobDigest): OpenBlob | undefined;
  /** All of it, its digest checked: a damaged one is set aside and absent. For small blobs. */
  readWhole(digest: BlobDigest): Promise<Uint8Array | undefined>;
  /** Stores what comes. What was there under its digest is replaced, so that damage is healed by sending it again. */
  put(source: ByteSource, options: PutOptions): Promise<Result<StoredBlob, PutFailure>>;
  /** Takes what comes to be looked at once all of it is there, so that who sends slowly holds no memory. It is no blob. */
  receive(source: ByteSource, maxBytes: number): Promise<Result<ReceivedBytes, PutFailure>>;
  readonly uploads: UploadStore;
  /** What is kept, what comes in included, and what that may be at most. */
  readonly usage: { readonly usedBytes: number; readonly maxBytes: number | undefined };
  /** What is to be on the disk before a name for it is promised to anyone. */
  flush(digests: readonly BlobDigest[]): Promise<void>;
  /** All blobs, in no order. */
  all(): AsyncIterable<StoredBlob & { readonly usedAtMs: number }>;
  /** Removes a blob that was not used since `unusedSinceMs`, if `isHeld` says that nothing names it. Gives the bytes freed. */
  removeIf(
    digest: BlobDigest,
    condition: { readonly unusedSinceMs: number; readonly isHeld: () => Promise<boolean> },
  ): Promise<number>;
  /** Hashes a blob again; one that is damaged is set aside, and absent from then on. */
  scrub(digest: BlobDigest, signal?: AbortSignal): Promise<'whole' | 'damaged' | 'absent'>;
}

/** Blobs that come in pieces, over several requests and restarts of the server. */
export interface UploadStore {
  /** Begins one; nothing is on the disk before its first bytes. `id` is the caller's, unique. */
  begin(id: string, algorithm?: Algorithm): void;
  /** Bytes that are kept of it. */
  sizeBytes(id: string): number;
  /** Adds what comes at its end. When the client goes away, what came is kept. Gives the new size. */
  append(id: string, source: ByteSource, maxBytes: number): Promise<Result<number, PutFailure>>;
  /** Adds what comes and makes it a blob; whatever happens to the digest, the upload is over. */
  finish(
    id: string,
    source: ByteSource | undefined,
    options: PutOptions & { readonly expected: BlobDigest },
  ): Promise<Result<StoredBlob, PutFailure>>;
  /** Gives one up, unless another request is writing to it. */
  discard(id: string): Promise<Result<void, PutFailure>>;
  /** Removes what nothing was added to since then. Gives their ids. */
  discardOlder(thanMs: number): Promise<readonly string[]>;
}

/** SHA-256 of files while they are being written, beside our own work. */
export interface FileDigests {
  follow(path: string): FollowedFile;
}

/** A file that only grows; let go by `using`. */
export interface FollowedFile extends Disposable {
  /** So many of its bytes are there, and stay as they are. */
  grow(sizeBytes: number): void;
  /** The hex hash of so many, as they lie there; rejects when they cannot be read. */
  finish(sizeBytes: number): Promise<string>;
}

/** A blob of a registry as a lock holds it. */
export interface LockedBlob {
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What an image of a registry is made of, as it was locked. */
export interface ImageBlobs {
  readonly manifest: LockedBlob;
  readonly config: LockedBlob;
  /** The lowest first. */
  readonly layers: readonly LockedBlob[];
  /** Its ONBUILD instructions, which planning must know. */
  readonly triggers?: readonly string[];
}

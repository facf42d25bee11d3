/** What stands inside of bytes; names are strings with a character for each byte. */
export interface Archive {
  readonly format: 'zip' | 'tar' | 'ar' | 'gzip' | 'zstd';
  /** Of the archive as a whole. */
  readonly fields: ReadonlyMap<string, string>;
  readonly members: readonly ArchiveMember[];
}

export interface ArchiveMember {
  /** Empty where a format only wraps one content. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  /** `undefined` for what is no file. */
  readonly content: Buffer | undefined;
}

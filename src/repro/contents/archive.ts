/** What stands inside of bytes; names are strings with a character for each byte. */
export interface Archive {
  readonly format: 'zip' | 'tar' | 'ar' | 'gzip' | 'zstd' | 'dex' | 'resources' | 'baseline profile';
  /** Of the archive as a whole. */
  readonly fields: ReadonlyMap<string, string>;
  readonly members: readonly ArchiveMember[];
  /** Names in the order of their contents, where a directory may have another one. */
  readonly contentOrder?: readonly string[];
  /** What signers of Android put between members and directory. */
  readonly signingBlock?: Buffer | undefined;
  readonly alignment?: Alignment | undefined;
  /** The parts do not hold every bit: where they are equal, the rest is to be compared as bytes. */
  readonly isPartial?: true;
}

export interface ArchiveMember {
  /** Empty where a format only wraps one content. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  /** `undefined` for what is no file. */
  readonly content: Buffer | undefined;
  /** As it is packed, where its compression is its own. */
  readonly deflated?: Buffer | undefined;
}

/** At multiples of what members begin that are stored as they are; `undefined` where there is none. */
export interface Alignment {
  /** Something was put in between so that they do: it is no chance. */
  readonly isPadded: boolean;
  readonly stored: number | undefined;
  /** Of native libraries, which Android maps into memory by pages. */
  readonly native: number | undefined;
}

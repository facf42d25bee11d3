import type { SignatureFormat } from './signer.ts';
import type { ReadProvenance } from './statements/provenance.ts';
import type { Statement } from './statements/statement.ts';

/** A signature that fits, by a key that counts. */
export interface GoodSignature {
  readonly format: SignatureFormat;
  readonly keyId: string;
  /** As the signer says, seconds since 1970; a Sigstore bundle by a key says nothing of it. */
  readonly signedAt?: number;
}

/** What a provenance is expected to say. */
export interface Expectation {
  readonly builder?: string | undefined;
  /** A git commit (12 digits or more), or the address of a repository. */
  readonly source?: string | undefined;
}

export interface VerifiedProvenance {
  readonly path: string;
  readonly signatures: readonly GoodSignature[];
  readonly statement: Statement;
  /** Of the statement's text. */
  readonly sha256: string;
  readonly provenance: ReadProvenance;
  readonly level: 1 | 2;
  /** What the level rests on, or why it is not higher. */
  readonly why: string;
}

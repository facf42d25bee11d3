import type { Diagnostic, Result } from '../base/index.ts';

export type SignatureFormat = 'gpg' | 'sigstore';

/** What a signature's file is called beside the file that it signs. */
export const SIGNATURE_SUFFIX: Readonly<Record<SignatureFormat, string>> = {
  gpg: '.asc',
  sigstore: '.sigstore.json',
};

/** Signs with one key that is open; disposing closes it and leaves nothing of it on the disk. */
export interface Signer extends AsyncDisposable {
  readonly format: SignatureFormat;
  /** By which others find the public key: an OpenPGP fingerprint, or `sha256:` and the digest of the public key. */
  readonly keyId: string;
  /** What should be known of the key, as that others may read its file. */
  readonly warnings: readonly Diagnostic[];
  /** The text of a detached signature over a file, given by its absolute path. */
  sign(path: string, signal: AbortSignal): Promise<Result<string, Diagnostic>>;
  /** Whether the signature beside a file is by this key alone, over the file as it is now. */
  hasSigned(path: string, signal: AbortSignal): Promise<boolean>;
  /** For the formats that have signed statements. */
  readonly attestor?: Attestor;
}

export interface Attestor {
  /** A bundle with a statement in a signed envelope. */
  attest(statement: Uint8Array): string;
  /** Whether the text of a bundle is by this key, around exactly this statement. */
  hasAttested(bundle: string, statement: Uint8Array): boolean;
  /** A bare signature, in base64. */
  signBytes(bytes: Uint8Array): string;
  /** Whether a bare signature is by this key. */
  hasSignedBytes(bytes: Uint8Array, signature: string): boolean;
}

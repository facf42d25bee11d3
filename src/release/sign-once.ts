import { type Digest, digestOf, fail, ok, type Result } from '../base/index.ts';
import { type SignOptions, signArchive } from './sign-archive.ts';
import type { SigningFailure } from './signing-failure.ts';
import { findSigned, keepSigned, type SignedFacts, type SigningStore, signingKey } from './signing-record.ts';

export interface SignOnceOptions extends Omit<SignOptions, 'unsigned'> {
  readonly store: SigningStore;
  readonly unsigned: { readonly path: string; readonly digest: Digest };
  /** Version of apksig. */
  readonly signerVersion: string;
  /** The digest of what stands under the signature, where it has one; asked for before something is signed. */
  readonly contentSha256: () => string | undefined;
  readonly nowMs: number;
}

export interface SignedOnce extends SignedFacts {
  readonly signed: Digest;
  /** True when the archive was signed before with the same key. */
  readonly isReused: boolean;
}

/** Signs what has no record yet; a record ends with the certificate. The signed archive is in the store; `output` is made only when it is signed now. */
export async function signOnce(options: SignOnceOptions): Promise<Result<SignedOnce, SigningFailure>> {
  const { store, request, unsigned, signerVersion, output, nowMs } = options;
  const keyStore = keyStoreDigest(options);
  if (!keyStore) return fail({ kind: 'store-missing', storeFile: request.storeFile });
  const { kind, minSdk, keyAlias } = request;
  const key = signingKey({ unsigned: unsigned.digest, keyStore, kind, minSdk, keyAlias, signerVersion });
  const known = findSigned(store, key);
  if (known && known.validUntilMs <= nowMs) return fail(expired(keyAlias, known.validUntilMs));
  if (known) return ok({ ...known, isReused: true });
  const contentSha256 = options.contentSha256();
  const result = await signArchive({ ...options, unsigned: unsigned.path });
  if (!result.ok) return result;
  const facts = { ...result.value, ...(contentSha256 === undefined ? {} : { contentSha256 }) };
  const signed = keepSigned(store, key, { path: output, finishedAtMs: nowMs, facts });
  return ok({ ...facts, signed, isReused: false });
}

function expired(keyAlias: string, validUntilMs: number): SigningFailure {
  const date = new Date(validUntilMs).toISOString().replace('.000Z', 'Z');
  return { kind: 'certificate-expired', keyAlias, date };
}

/** Only digested: a key does not enter the store. */
function keyStoreDigest({ fs, request }: Pick<SignOnceOptions, 'fs' | 'request'>): Digest | undefined {
  const stat = fs.lstat(request.storeFile);
  return stat && stat.type !== 'directory' ? digestOf(fs.readFile(request.storeFile)) : undefined;
}

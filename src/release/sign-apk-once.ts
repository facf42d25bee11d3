import { type Digest, digestOf, fail, ok, type Result } from '../base/index.ts';
import { type SignApkOptions, signApk } from './sign-apk.ts';
import type { SigningFailure } from './signing-failure.ts';
import {
  findSigned,
  keepSigned,
  type SignedArchive,
  type SigningStore,
  signingKey,
} from './signing-record.ts';

export interface SignApkOnceOptions extends SignApkOptions {
  readonly store: SigningStore;
  /** Of the file `unsignedApk`. */
  readonly unsigned: Digest;
  /** Version of apksig. */
  readonly signerVersion: string;
  readonly nowMs: number;
}

export interface SignedOnce extends SignedArchive {
  /** True when the archive was signed before with the same key. */
  readonly isReused: boolean;
}

/** Signs what has no record yet. The signed archive is in the store; `output` is made only when it is signed now. */
export async function signApkOnce(options: SignApkOnceOptions): Promise<Result<SignedOnce, SigningFailure>> {
  const { store, request, unsigned, signerVersion, output, nowMs } = options;
  const keyStore = keyStoreDigest(options);
  if (!keyStore) return fail({ kind: 'store-missing', storeFile: request.storeFile });
  const key = signingKey({ unsigned, keyStore, keyAlias: request.keyAlias, signerVersion });
  const known = findSigned(store, key);
  if (known) return ok({ ...known, isReused: true });
  const result = await signApk(options);
  if (!result.ok) return result;
  const { certificate } = result.value;
  const kept = keepSigned(store, key, { path: output, certificate, finishedAtMs: nowMs });
  return ok({ ...kept, isReused: false });
}

/** Only digested: a key does not enter the store. */
function keyStoreDigest({ fs, request }: SignApkOnceOptions): Digest | undefined {
  const stat = fs.lstat(request.storeFile);
  return stat && stat.type !== 'directory' ? digestOf(fs.readFile(request.storeFile)) : undefined;
}

import type { Diagnostic, Result } from '../base/index.ts';
import { fail, ok } from '../base/index.ts';
import { writeDurably } from '../host/index.ts';
import { SIGNATURE_SUFFIX, type SignatureFormat, type Signer } from './signer.ts';
import type { SigningWorld } from './world.ts';

export interface SignedFile {
  /** Absolute. */
  readonly path: string;
  readonly signature: string;
  readonly format: SignatureFormat;
  readonly keyId: string;
  /** A good signature by this key was there and stays, so that signing again changes no byte. */
  readonly isKept: boolean;
}

/** Signs a file with each of the keys; its signatures lie beside it. */
export async function signFile(
  { fs }: Pick<SigningWorld, 'fs'>,
  signers: readonly Signer[],
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<Result<readonly SignedFile[], Diagnostic>> {
  const signed: SignedFile[] = [];
  for (const signer of signers) {
    signal.throwIfAborted();
    const { format, keyId } = signer;
    const signature = `${path}${SIGNATURE_SUFFIX[format]}`;
    const isKept = fs.lstat(signature) !== undefined && (await signer.hasSigned(path, signal));
    if (!isKept) {
      const text = await signer.sign(path, signal);
      if (!text.ok) return fail(text.failure);
      writeDurably(fs, signature, text.value);
    }
    signed.push({ path, signature, format, keyId, isKept });
  }
  return ok(signed);
}

/** Writes a statement in a signed envelope by each of the keys that can; one that is there already stays. */
export function attestFile(
  { fs }: Pick<SigningWorld, 'fs'>,
  signers: readonly Signer[],
  { path, statement }: { readonly path: string; readonly statement: Uint8Array },
): readonly SignedFile[] {
  const signed: SignedFile[] = [];
  for (const { attestor, format, keyId } of signers) {
    if (!attestor) continue;
    const known = fs.readTextIfExists(path);
    const isKept = known !== undefined && attestor.hasAttested(known, statement);
    if (!isKept) writeDurably(fs, path, attestor.attest(statement));
    signed.push({ path, signature: path, format, keyId, isKept });
  }
  return signed;
}

import type { Diagnostic } from '../base/index.ts';
import { verifyGpg } from './gpg/gpg-verify.ts';
import { problem } from './problem.ts';
import { SIGNATURE_SUFFIX, type SignatureFormat } from './signer.ts';
import { keyIdOf } from './sigstore/sigstore-signer.ts';
import { verifyBundle } from './sigstore/verify-bundle.ts';
import type { Trust } from './trust.ts';
import type { GoodSignature, VerifiedProvenance } from './verified-provenance.ts';
import type { SigningWorld } from './world.ts';

/** What is known of one file: it is proved where there is a good signature and no problem. */
export interface FileVerdict {
  readonly path: string;
  readonly signatures: readonly GoodSignature[];
  readonly notChecked: readonly string[];
  readonly problems: readonly Diagnostic[];
  /** What says where it was built, where that was looked at. */
  readonly provenance?: VerifiedProvenance;
}

/** Checks all signatures beside a file, absolute. One that is wrong counts, whatever the others say. */
export async function verifyFile(
  { fs }: Pick<SigningWorld, 'fs'>,
  trust: Trust,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<FileVerdict> {
  const signatures: GoodSignature[] = [];
  const notChecked: string[] = [];
  const problems: Diagnostic[] = [];
  const isThere = (format: SignatureFormat): boolean =>
    fs.lstat(`${path}${SIGNATURE_SUFFIX[format]}`) !== undefined;
  if (isThere('gpg') && trust.gpg) {
    const good = await verifyGpg(trust.gpg, path, signal);
    if (good.ok) signatures.push({ format: 'gpg', ...good.value });
    else problems.push(good.failure);
  } else if (isThere('gpg') && trust.noGpg) problems.push(trust.noGpg);
  else if (isThere('gpg')) notChecked.push('the OpenPGP signature: no key for it was named');
  if (isThere('sigstore') && trust.keys.length > 0) {
    const good = verifyBundle({ fs, keys: trust.keys }, path);
    if (good.ok) signatures.push({ format: 'sigstore', keyId: keyIdOf(good.value.key) });
    else problems.push(good.failure);
    if (good.ok && good.value.bundle.unchecked > 0)
      notChecked.push('the transparency log and timestamps of the bundle');
  } else if (isThere('sigstore')) notChecked.push('the Sigstore bundle: no key for it was named');
  if (signatures.length === 0 && problems.length === 0) problems.push(unproved(path, notChecked));
  return { path, signatures, notChecked, problems };
}

function unproved(path: string, notChecked: readonly string[]): Diagnostic {
  if (notChecked.length === 0) {
    const hint = 'ask for a signature (FILE.asc or FILE.sigstore.json); `mobileops sign` makes one';
    return problem('signing/unsigned', 'there is no signature beside the file', { path, hint });
  }
  const hint = 'name the public key that you expect: --key FILE, or --gpg-key FINGERPRINT';
  return problem('signing/no-pin', `not checked: ${notChecked.join('; ')}`, { path, hint });
}

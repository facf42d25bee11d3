import type { Diagnostic, Result } from '../base/index.ts';
import { fail, ok } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { gpgFileSigner, gpgKeySigner } from './gpg/gpg-signer.ts';
import { keyPlace } from './keys/key-place.ts';
import { type LoadedKey, loadKey } from './keys/load-key.ts';
import { problem } from './problem.ts';
import type { SignatureFormat, Signer } from './signer.ts';
import { sigstoreSigner } from './sigstore/sigstore-signer.ts';
import type { SigningWorld } from './world.ts';

/** Where the document's scripts look for the key that signs. */
const DEFAULT_KEY = '/etc/ssl/private/mobileops-signing.key';

/** Which key is to sign, and who said so. */
export type KeyRequest =
  | { readonly kind: 'file'; readonly path: string; readonly asked: string }
  /** In the user's own keyring: a fingerprint, an address. */
  | { readonly kind: 'keyring'; readonly name: string };

/** The key that the environment names: SIGNING_KEY, or the document's place for it. */
export function defaultKey(variables: Readonly<Record<string, string>>): KeyRequest {
  const { SIGNING_KEY } = variables;
  return SIGNING_KEY === undefined
    ? { kind: 'file', path: DEFAULT_KEY, asked: 'the default place of SIGNING_KEY' }
    : { kind: 'file', path: SIGNING_KEY, asked: 'SIGNING_KEY' };
}

/** Whether a file lies at the document's place. Where this user may not look, there is none for them. */
export function hasDefaultKey(fs: FileSystem): boolean {
  const place = keyPlace(fs, DEFAULT_KEY);
  return place.kind === 'there' && place.stat.type !== 'directory';
}

/**
 * Opens a key for signing. What kind of signature it makes follows from the key: OpenPGP by gpg, PEM as a Sigstore bundle;
 * `format` only asks for one of the two, and another key is refused.
 */
export async function openSigner(
  world: SigningWorld,
  request: KeyRequest,
  { format, signal }: { readonly format?: SignatureFormat | undefined; readonly signal: AbortSignal },
): Promise<Result<Signer, Diagnostic>> {
  if (request.kind === 'keyring') {
    if (format === 'sigstore') return fail(wrongFormat(request.name, 'an OpenPGP key makes', 'gpg'));
    return gpgKeySigner(world, request.name, signal);
  }
  const loaded = loadKey(world.fs, request.path, request.asked);
  if (!loaded.ok) return loaded;
  const { kind, path } = loaded.value;
  if (kind === 'public' || kind === 'pgp-public') {
    const hint = 'name the file with the private key';
    return fail(problem('signing/key-unreadable', 'a public key cannot sign', { path, hint }));
  }
  const made: SignatureFormat = kind === 'pgp-secret' ? 'gpg' : 'sigstore';
  if (format !== undefined && format !== made)
    return fail(
      wrongFormat(path, kind === 'pgp-secret' ? 'an OpenPGP key makes' : 'a key in PEM makes', made),
    );
  const signer =
    made === 'gpg' ? await gpgFileSigner(world, loaded.value, signal) : sigstoreSigner(world, loaded.value);
  return signer.ok ? ok({ ...signer.value, warnings: exposure(loaded.value) }) : signer;
}

function wrongFormat(path: string, made: string, format: SignatureFormat): Diagnostic {
  const message = `${made} signatures of the format ${format}`;
  return problem('signing/wrong-format', message, { path, hint: `take --format ${format}, or another key` });
}

function exposure({ path, isExposed }: LoadedKey): readonly Diagnostic[] {
  if (!isExposed) return [];
  const message = 'others on this machine may read the key';
  return [
    { ...problem('signing/key-exposed', message, { path, hint: `chmod 600 ${path}` }), severity: 'warning' },
  ];
}

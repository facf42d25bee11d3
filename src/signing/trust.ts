import type { KeyObject } from 'node:crypto';
import { join } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { type Gpg, type GpgHome, gpgFailed, openGpgHome, ownGpg } from './gpg/gpg-home.ts';
import type { GpgTrust } from './gpg/gpg-verify.ts';
import { readPublicKey } from './keys/key-file.ts';
import { type LoadedKey, loadKey } from './keys/load-key.ts';
import { problem } from './problem.ts';
import type { SigningWorld } from './world.ts';

/** The keys that may have signed; disposing removes the keyring that was made of them. */
export interface Trust extends AsyncDisposable {
  readonly keys: readonly KeyObject[];
  /** Absent where keys were named and none of them is of OpenPGP. */
  readonly gpg?: GpgTrust;
  /** Why the user's own keyring cannot be asked. */
  readonly noGpg?: Diagnostic;
}

export interface TrustRequest {
  /** Files with public keys, absolute. */
  readonly keyFiles: readonly string[];
  /** Whole fingerprints of keys in the user's own keyring. */
  readonly fingerprints: readonly string[];
  readonly signal: AbortSignal;
}

const FINGERPRINT = /^(?:0x)?(?:[0-9A-F]{40}|[0-9A-F]{64})$/;

/**
 * Opens what verifying rests on. Where no key is named it is the user's own OpenPGP keyring, of which a key counts only when
 * that keyring trusts it; a Sigstore bundle always needs a named key.
 */
export async function openTrust(
  world: SigningWorld,
  request: TrustRequest,
): Promise<Result<Trust, readonly Diagnostic[]>> {
  const loaded = request.keyFiles.map((path) => loadKey(world.fs, path, '--key'));
  const problems: Diagnostic[] = loaded.flatMap((each) => (each.ok ? [] : [each.failure]));
  const files = loaded.flatMap((each) => (each.ok ? [each.value] : []));
  const fingerprints = request.fingerprints.map((each) => each.replaceAll(' ', '').toUpperCase());
  problems.push(...fingerprints.filter((each) => !FINGERPRINT.test(each)).map(notWhole));
  const keys: KeyObject[] = [];
  for (const file of files.filter(({ kind }) => kind !== 'pgp-public')) {
    const key = publicKey(file);
    if (key.ok) keys.push(key.value);
    else problems.push(key.failure);
  }
  if (problems.length > 0) return fail(problems);
  const armored = files.filter(({ kind }) => kind === 'pgp-public');
  if (armored.length + fingerprints.length > 0) {
    const ring = await pinnedKeyring(world, { armored, fingerprints, signal: request.signal });
    return ring.ok ? ok({ keys, ...ring.value }) : fail([ring.failure]);
  }
  const dispose = { async [Symbol.asyncDispose]() {} };
  const own = ownGpg(world);
  if (files.length > 0) return ok({ keys, ...dispose });
  return ok({ keys, ...dispose, ...(own.ok ? { gpg: { gpg: own.value } } : { noGpg: own.failure }) });
}

function notWhole(text: string): Diagnostic {
  const message = `\`${text}\` is no whole fingerprint, and others can make a key whose short id is the same`;
  return problem('signing/bad-fingerprint', message, {
    hint: '40 hexadecimal digits, as `gpg --fingerprint` shows',
  });
}

function publicKey(file: LoadedKey): Result<KeyObject, Diagnostic> {
  if (file.kind === 'public') return readPublicKey(file);
  const hint = 'name the file with the public key';
  const message = 'a private key is not needed here, and is better kept away';
  return fail(problem('signing/key-unreadable', message, { path: file.path, hint }));
}

interface KeyringRequest {
  readonly armored: readonly LoadedKey[];
  readonly fingerprints: readonly string[];
  readonly signal: AbortSignal;
}

/** A keyring that holds the named keys and no others, so that no key of the user's can answer for them. */
async function pinnedKeyring(
  world: SigningWorld,
  request: KeyringRequest,
): Promise<Result<Pick<Trust, 'gpg'> & AsyncDisposable, Diagnostic>> {
  const home = await openGpgHome(world);
  if (!home.ok) return home;
  try {
    const failure = await fillKeyring(world, home.value, request);
    if (!failure) {
      const pinned = new Set(await publicFingerprints(home.value, request.signal));
      const dispose = async (): Promise<void> => home.value[Symbol.asyncDispose]();
      return ok({ gpg: { gpg: home.value, pinned }, [Symbol.asyncDispose]: dispose });
    }
    await home.value[Symbol.asyncDispose]();
    return fail(failure);
  } catch (error) {
    await home.value[Symbol.asyncDispose]();
    throw error;
  }
}

async function fillKeyring(
  world: SigningWorld,
  home: GpgHome,
  { armored, fingerprints, signal }: KeyringRequest,
): Promise<Diagnostic | undefined> {
  const files = armored.map(({ path }) => path);
  for (const fingerprint of fingerprints) {
    const own = ownGpg(world);
    if (!own.ok) return own.failure;
    const exported = await own.value.run(['--export', '--', fingerprint], { signal });
    if (exported.stdout.length === 0) {
      const hint = 'import it (`gpg --import FILE`), or name its file by --key';
      return problem('signing/no-key', `the keyring has no key ${fingerprint}`, { hint });
    }
    const file = join(home.path, `${fingerprint}.key`);
    world.fs.writeFile(file, exported.stdout, 0o600);
    files.push(file);
  }
  for (const file of files) {
    const imported = await home.run(['--no-autostart', '--import', '--', file], { signal });
    if (imported.code !== 0) return { ...gpgFailed(imported, 'read the key'), path: file };
  }
  return undefined;
}

async function publicFingerprints(gpg: Gpg, signal: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await gpg.run(['--with-colons', '--list-keys'], { signal });
  return stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .flatMap(([kind, ...fields]) => (kind === 'fpr' && fields[8] ? [fields[8]] : []));
}

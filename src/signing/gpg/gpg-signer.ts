import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { lockedKey, PASSPHRASE_VARIABLE, wrongPassphrase } from '../keys/key-file.ts';
import type { LoadedKey } from '../keys/load-key.ts';
import { problem } from '../problem.ts';
import type { Signer } from '../signer.ts';
import type { SigningWorld } from '../world.ts';
import { type Gpg, type GpgOutput, gpgFailed, openGpgHome, ownGpg } from './gpg-home.ts';
import { refusalOf, verdicts } from './gpg-status.ts';

/** A key that gpg has, and how people call it. */
interface GpgKey {
  readonly gpg: Gpg;
  readonly fingerprint: string;
  /** A path, or what --gpg-key named. */
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** Imports a secret key into a keyring of its own, and signs with it. */
export async function gpgFileSigner(
  world: SigningWorld,
  key: LoadedKey,
  signal: AbortSignal,
): Promise<Result<Signer, Diagnostic>> {
  const home = await openGpgHome(world);
  if (!home.ok) return home;
  const close = async (): Promise<void> => home.value[Symbol.asyncDispose]();
  try {
    const imported = await home.value.run(['--import', key.path], { signal });
    if (imported.code !== 0) return await closed(close, gpgFailed(imported, 'import the key'));
    const keys = await secretKeys(home.value, [], signal);
    const [only] = keys;
    if (only === undefined || keys.length > 1) return await closed(close, notOneKey(key.path, keys));
    return ok(signerOf(world, { gpg: home.value, fingerprint: only, name: key.path, close }));
  } catch (error) {
    await close();
    throw error;
  }
}

/** Signs with a key of the user's own keyring, as that of `mobileops@example.com`. */
export async function gpgKeySigner(
  world: SigningWorld,
  name: string,
  signal: AbortSignal,
): Promise<Result<Signer, Diagnostic>> {
  const gpg = ownGpg(world);
  if (!gpg.ok) return gpg;
  const keys = await secretKeys(gpg.value, ['--', name], signal);
  const [only] = keys;
  if (only === undefined || keys.length > 1) {
    const message =
      only === undefined ? `the keyring has no secret key of ${name}` : `${name} names ${keys.length} keys`;
    const hint = 'name one by its fingerprint, as `gpg --list-secret-keys` shows it';
    return fail(problem('signing/no-key', message, { hint }));
  }
  const close = async (): Promise<void> => {};
  return ok(signerOf(world, { gpg: gpg.value, fingerprint: only, name, close }));
}

async function closed(close: () => Promise<void>, failure: Diagnostic): Promise<Result<never, Diagnostic>> {
  await close();
  return fail(failure);
}

function notOneKey(path: string, keys: readonly string[]): Diagnostic {
  if (keys.length === 0)
    return problem('signing/key-unreadable', 'gpg found no secret key in the file', { path });
  const message = `the file holds ${keys.length} secret keys: ${keys.join(', ')}`;
  return problem('signing/several-keys', message, { path, hint: 'export the one that signs alone' });
}

/** Fingerprints of the primary keys, in the order of the keyring. */
async function secretKeys(gpg: Gpg, which: readonly string[], signal: AbortSignal): Promise<string[]> {
  const { stdout } = await gpg.run(['--with-colons', '--list-secret-keys', ...which], { signal });
  const found: string[] = [];
  let isPrimary = false;
  for (const line of stdout.toString('utf8').split('\n')) {
    const fields = line.split(':');
    if (fields[0] === 'sec') isPrimary = true;
    if (fields[0] !== 'fpr' || !isPrimary) continue;
    isPrimary = false;
    if (fields[9]) found.push(fields[9]);
  }
  return found;
}

function signerOf(world: SigningWorld, key: GpgKey): Signer {
  const { gpg, fingerprint, close } = key;
  return {
    format: 'gpg',
    keyId: fingerprint,
    warnings: [],
    sign: (path, signal) => signFile(world, key, { path, signal }),
    async hasSigned(path, signal) {
      if (!world.fs.lstat(`${path}.asc`)) return false;
      const { status } = await gpg.run(['--verify', '--', `${path}.asc`, path], { signal });
      const found = verdicts(status);
      return found.length === 1 && found[0]!.kind === 'good' && found[0]!.fingerprints.includes(fingerprint);
    },
    [Symbol.asyncDispose]: close,
  };
}

/** SHA-512, as gpg itself prefers it for the keys of today. */
const DIGEST = ['--digest-algo', 'SHA512'];

async function signFile(
  { env }: SigningWorld,
  key: GpgKey,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<Result<string, Diagnostic>> {
  const passphrase = env.variables[PASSPHRASE_VARIABLE];
  const unlock =
    key.name.startsWith('/') || passphrase !== undefined
      ? ['--pinentry-mode', 'loopback', '--passphrase-fd', '0']
      : [];
  const args = [...unlock, ...timeOf(env.variables), '--armor', ...DIGEST, '--local-user', key.fingerprint];
  const call = passphrase === undefined ? { signal } : { passphrase, signal };
  const output = await key.gpg.run([...args, '--detach-sign', '--output', '-', '--', path], call);
  const isMade = output.status.some(({ keyword }) => keyword === 'SIG_CREATED');
  if (output.code === 0 && isMade) return ok(output.stdout.toString('latin1'));
  return fail(refusal(key, output, passphrase));
}

/** The time that a signature states, where whoever runs us fixes it so that it is made the same again. */
function timeOf({ SOURCE_DATE_EPOCH: epoch }: Readonly<Record<string, string>>): readonly string[] {
  return epoch !== undefined && /^[1-9]\d{0,10}$/.test(epoch) ? ['--faked-system-time', `${epoch}!`] : [];
}

function refusal({ name }: GpgKey, output: GpgOutput, passphrase: string | undefined): Diagnostic {
  switch (refusalOf(output.status)) {
    case 'no-passphrase':
      return lockedKey(name);
    case 'wrong-passphrase':
      return passphrase === undefined ? lockedKey(name) : wrongPassphrase(name);
    case 'unusable-key':
    case 'no-key': {
      const hint = 'renew it (`gpg --quick-set-expire`), or take another key';
      return problem(
        'signing/key-unusable',
        'the key cannot sign: it is expired, revoked or not made for it',
        {
          path: name,
          hint,
        },
      );
    }
    case 'other':
      return gpgFailed(output, 'sign');
  }
}

import { basename, join, resolve } from 'node:path/posix';
import { type Diagnostic, digestOf, fail, ok, type Result } from '../../base/index.ts';
import { writeDurably } from '../../host/index.ts';
import type { Installation, InstallationState } from '../../install/index.ts';
import { openTrust, type Trust, verifyFile } from '../../signing/index.ts';
import type { VerbContext } from '../verb.ts';

/** The keys that count for an installation: those that stay with it, and those that were named now. */
export interface PinnedKeys {
  readonly trust: Trust;
  readonly fingerprints: readonly string[];
  /** Keeps the keys that were named, once what they signed is good. */
  readonly keep: () => void;
}

/** Opens what an installation is verified by; the first time keys have to be named, later others are refused unless added. */
export async function openPinned(
  { host, flags, signal }: VerbContext,
  installation: Installation,
  state: InstallationState,
): Promise<Result<PinnedKeys, readonly Diagnostic[]>> {
  const { fs, env } = host;
  const named = flags.texts('key').map((path) => resolve(env.workingDirectory, path));
  const fingerprints = flags.texts('gpg-key').map((each) => each.replaceAll(' ', '').toUpperCase());
  const kept = keptFiles(host.fs, installation);
  const isFirst = kept.length + state.fingerprints.length === 0;
  if (isFirst && named.length + fingerprints.length === 0) return fail([noTrust(installation)]);
  const fresh = named.filter((path) => !kept.some((each) => sameFile(fs, each, path)));
  const others = [...fresh, ...fingerprints.filter((each) => !state.fingerprints.includes(each))];
  if (!isFirst && others.length > 0 && !flags.has('add-key'))
    return fail(others.map((each) => otherPin(each)));
  const opened = await openTrust(host, {
    keyFiles: [...kept, ...fresh],
    fingerprints: [...new Set([...state.fingerprints, ...fingerprints])],
    signal,
  });
  if (!opened.ok) return opened;
  const keep = (): void => {
    for (const path of fresh) {
      fs.makeDirectory(installation.keyFolder);
      const content = fs.readFile(path);
      writeDurably(
        fs,
        join(installation.keyFolder, `${digestOf(content).hash.slice(0, 16)}-${basename(path)}`),
        content,
      );
    }
  };
  return ok({ trust: opened.value, fingerprints, keep });
}

function keptFiles(fs: VerbContext['host']['fs'], { keyFolder }: Installation): readonly string[] {
  if (fs.lstat(keyFolder)?.type !== 'directory') return [];
  const names = fs.readDirectory(keyFolder).map(({ name }) => name);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(keyFolder, name));
}

function sameFile(fs: VerbContext['host']['fs'], a: string, b: string): boolean {
  return fs.lstat(b) !== undefined && Buffer.from(fs.readFile(a)).equals(fs.readFile(b));
}

/** Proves a file by these keys: who signed it, or all that stands against it. */
export async function proveBy(
  { host, signal }: VerbContext,
  trust: Trust,
  path: string,
): Promise<Result<readonly string[], readonly Diagnostic[]>> {
  const { signatures, problems } = await verifyFile(host, trust, { path, signal });
  return problems.length > 0 ? fail(problems) : ok(signatures.map(({ keyId }) => keyId));
}

function problem(code: string, message: string, more: Pick<Diagnostic, 'path' | 'hint'>): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}

function noTrust({ prefix }: Installation): Diagnostic {
  const hint = 'name the public key of whoever makes the releases: --key FILE, or --gpg-key FINGERPRINT';
  return problem('release/no-trust', 'it is not said who may sign what is installed here', {
    path: prefix,
    hint,
  });
}

function otherPin(key: string): Diagnostic {
  const hint = 'leave it out; or, when the releases are signed by another key from now on, add --add-key';
  return problem('release/other-pin', `${key} is not a key that stays with this installation`, { hint });
}

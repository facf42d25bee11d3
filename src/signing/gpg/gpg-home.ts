import { randomBytes } from 'node:crypto';
import { join } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { isMarkLive, ownMark } from '../../host/index.ts';
import { problem } from '../problem.ts';
import type { SigningWorld } from '../world.ts';
import { proseOf, type StatusLine, statusLines } from './gpg-status.ts';

/** What gpg printed; its texts are for people, its status lines for us. */
export interface GpgOutput {
  readonly code: number | undefined;
  readonly stdout: Buffer;
  readonly status: readonly StatusLine[];
  readonly prose: string;
}

export interface GpgCall {
  /** Goes to standard input, from which gpg reads the passphrase. */
  readonly passphrase?: string;
  readonly signal: AbortSignal;
}

/** gpg with a keyring. */
export interface Gpg {
  run(args: readonly string[], call: GpgCall): Promise<GpgOutput>;
}

const INSTALL = 'install GnuPG: `apt-get install gpg gpg-agent`, `brew install gnupg`';

/** gpg with the user's own keyring. */
export function ownGpg(world: SigningWorld): Result<Gpg, Diagnostic> {
  const { variables, homeDirectory } = world.env;
  const { GNUPGHOME, GPG_TTY } = variables;
  const own = { HOME: homeDirectory, ...(GNUPGHOME ? { GNUPGHOME } : {}), ...(GPG_TTY ? { GPG_TTY } : {}) };
  return gpgWith(world, own);
}

function gpgWith(world: SigningWorld, home: Readonly<Record<string, string>>): Result<Gpg, Diagnostic> {
  const { processes, env } = world;
  const path = env.variables.PATH ?? '/usr/bin:/bin';
  const program = processes.which('gpg', path);
  if (program === undefined) {
    const message = 'gpg is missing, which makes and checks OpenPGP signatures';
    return fail(problem('signing/no-gpg', message, { hint: INSTALL, cause: 'environment' }));
  }
  const variables = { PATH: path, LC_ALL: 'C', TMPDIR: env.temporaryDirectory, ...home };
  return ok({
    async run(args, { passphrase, signal }) {
      const argv = [program, '--batch', '--no-tty', '--status-fd', '2', ...args];
      const stdin = `${passphrase ?? ''}\n`;
      const done = await processes.run(argv, { env: variables, stdin, signal });
      signal.throwIfAborted();
      const text = Buffer.from(done.stderr).toString('utf8');
      const stdout = Buffer.from(done.stdout);
      return { code: done.code, stdout, status: statusLines(text), prose: proseOf(text) };
    },
  });
}

const PREFIX = 'mobileops-gpg-';
const MARK_FILE = 'process';
/** Between the folder and its mark lies an instant. */
const UNMARKED_MS = 60_000;
/** A socket's path has 108 bytes (104 on a Mac); the longest name that gpg-agent gives one has 21. */
const MAX_HOME_LENGTH = 80;

/** A keyring of its own, in a folder that only this user enters and that goes when it is disposed. */
export interface GpgHome extends Gpg, AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a keyring in the folder for temporary files. A process that was killed leaves its keyring behind; the next one to
 * open a keyring removes it, which ends its agent too.
 */
export async function openGpgHome(world: SigningWorld): Promise<Result<GpgHome, Diagnostic>> {
  const { fs, env } = world;
  const path = join(env.temporaryDirectory, `${PREFIX}${randomBytes(5).toString('hex')}`);
  if (Buffer.byteLength(path) > MAX_HOME_LENGTH) {
    const message = 'the path of the folder for temporary files is too long for the socket of gpg-agent';
    return fail(problem('signing/long-path', message, { path, hint: 'set TMPDIR to a shorter one' }));
  }
  const gpg = gpgWith(world, { HOME: path, GNUPGHOME: path });
  if (!gpg.ok) return gpg;
  removeAbandoned(world);
  fs.makeDirectory(path, 0o700);
  fs.writeFile(join(path, MARK_FILE), ownMark(world), 0o600);
  return ok({
    path,
    run: gpg.value.run,
    async [Symbol.asyncDispose]() {
      await endAgent(world, path);
      fs.remove(path);
    },
  });
}

function removeAbandoned(world: SigningWorld): void {
  const { fs, env, clock } = world;
  for (const { name } of fs.readDirectory(env.temporaryDirectory)) {
    const path = join(env.temporaryDirectory, name);
    if (!name.startsWith(PREFIX) || fs.lstat(path)?.type !== 'directory') continue;
    try {
      const mark = join(path, MARK_FILE);
      const isNew = clock.now() - (fs.lstat(path)?.mtimeMs ?? 0) < UNMARKED_MS;
      if (isMarkLive(world, mark) || (isNew && !fs.lstat(mark))) continue;
      fs.remove(path);
    } catch {
      // It is another user's, or went meanwhile.
    }
  }
}

/** The agent would end by itself once its folder is gone; asked to, it ends now. */
async function endAgent({ processes, env }: SigningWorld, home: string): Promise<void> {
  const path = env.variables.PATH ?? '/usr/bin:/bin';
  const gpgconf = processes.which('gpgconf', path);
  if (gpgconf === undefined) return;
  const variables = { PATH: path, LC_ALL: 'C', HOME: home, GNUPGHOME: home };
  await processes.run([gpgconf, '--homedir', home, '--kill', 'all'], { env: variables, timeoutMs: 10_000 });
}

/** gpg ended in a way that is not foreseen here. */
export function gpgFailed({ prose }: GpgOutput, what: string): Diagnostic {
  const said = prose.split('\n').at(-1) ?? '';
  return problem('signing/gpg-failed', `gpg did not ${what}${said === '' ? '' : `: ${said}`}`);
}

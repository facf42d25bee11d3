import { posix } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';
import type { FileSystem, Processes } from '../host/index.ts';
import { SIGNER_CLASS } from './signer-program.ts';
import type { SigningFailure } from './signing-failure.ts';

export interface SigningPasswords {
  readonly store: string;
  readonly key: string;
}

export interface SignOptions {
  readonly processes: Processes;
  readonly fs: FileSystem;
  /** Paths of this machine, absolute. */
  readonly java: string;
  /** apksig and the classes of `SIGNER_PROGRAM`. */
  readonly signerClasspath: string;
  readonly unsigned: string;
  /** Made or replaced; absent after a failure. */
  readonly output: string;
  readonly request: ArchiveSigning;
  readonly passwords: SigningPasswords;
  /** Exists; what is put there is removed again. */
  readonly temporaryDirectory: string;
  readonly signal?: AbortSignal;
}

export interface ArchiveSigning {
  /** `jar` is for bundles, of which a store makes the APKs: v1 alone. */
  readonly kind: 'apk' | 'jar';
  /** The lowest API level: v1 is made for those below 24, which know nothing else. */
  readonly minSdk: number;
  /** PKCS#12 or JKS, absolute. */
  readonly storeFile: string;
  readonly keyAlias: string;
}

export interface SignedArchive {
  /** Lower-case hex SHA-256 of the certificate, as stores and devices show it. */
  readonly certificate: string;
  /** `RSA`, whose signatures are a function of content and key; those of `EC` and `DSA` differ each time. */
  readonly algorithm: string;
  /** When the certificate expires. */
  readonly validUntilMs: number;
}

const DEBUG_PASSWORD = 'android';
const TIMEOUT_MS = 300_000;

/** The passwords of a key: the well-known one of debug keys, or KEYSTORE_PASSWORD and KEY_PASSWORD (the former unless set). */
export function signingPasswords(
  keyKind: 'debug' | 'release',
  variables: Readonly<Record<string, string | undefined>>,
): Result<SigningPasswords, SigningFailure> {
  if (keyKind === 'debug') return ok({ store: DEBUG_PASSWORD, key: DEBUG_PASSWORD });
  const store = variables.KEYSTORE_PASSWORD;
  if (!store) return fail({ kind: 'password-missing', variable: 'KEYSTORE_PASSWORD' });
  return ok({ store, key: variables.KEY_PASSWORD || store });
}

/** The same archive and the same RSA key give the same bytes. */
export async function signArchive(options: SignOptions): Promise<Result<SignedArchive, SigningFailure>> {
  const { fs, request, temporaryDirectory, output } = options;
  fs.remove(output);
  if (fs.lstat(request.storeFile) === undefined)
    return fail({ kind: 'store-missing', storeFile: request.storeFile });
  const folder = posix.join(temporaryDirectory, `sign-${posix.basename(output)}`);
  fs.remove(folder);
  fs.makeDirectory(folder, 0o700);
  try {
    const signed = posix.join(folder, 'signed');
    const result = await runProgram(options, folder, signed);
    if (result.ok) fs.copyFile(signed, output, 0o644);
    return result;
  } finally {
    fs.remove(folder);
  }
}

async function runProgram(
  options: SignOptions,
  folder: string,
  signed: string,
): Promise<Result<SignedArchive, SigningFailure>> {
  const { processes, java, signerClasspath, unsigned, request, passwords, signal } = options;
  const argv = [
    java,
    ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-Xmx512m'],
    ...[`-Djava.io.tmpdir=${folder}`, '-Dfile.encoding=UTF-8', '-cp', signerClasspath, SIGNER_CLASS],
    ...[request.kind, unsigned, signed, request.storeFile, request.keyAlias, String(request.minSdk)],
  ];
  try {
    const { code, stdout, stderr } = await processes.run(argv, {
      cwd: folder,
      env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' },
      stdin: `${base64(passwords.store)}\n${base64(passwords.key)}\n`,
      timeoutMs: TIMEOUT_MS,
      ...(signal ? { signal } : {}),
    });
    return answer(request, { code, line: text(stdout), errors: text(stderr) });
  } catch (error) {
    return fail({ kind: 'signer-failed', detail: error instanceof Error ? error.message : String(error) });
  }
}

interface ProgramAnswer {
  readonly code: number | undefined;
  readonly line: string;
  readonly errors: string;
}

function answer(request: ArchiveSigning, given: ProgramAnswer): Result<SignedArchive, SigningFailure> {
  const { storeFile, keyAlias } = request;
  const [word, ...rest] = given.line.split(' ');
  const detail = rest.join(' ');
  const signed = /^signed ([0-9a-f]{64}) (\S+) (-?\d+)$/.exec(given.line);
  if (signed && given.code === 0)
    return ok({ certificate: signed[1]!, algorithm: signed[2]!, validUntilMs: Number(signed[3]) });
  switch (word) {
    case 'store-unreadable':
      return fail({ kind: word, storeFile, detail });
    case 'wrong-store-password':
      return fail({ kind: word, storeFile });
    case 'alias-missing':
      return fail({ kind: word, keyAlias, present: detail });
    case 'wrong-key-password':
    case 'no-private-key':
      return fail({ kind: word, keyAlias });
    case 'certificate-expired':
    case 'certificate-too-new':
      return fail({ kind: word, keyAlias, date: detail });
    case 'not-signable':
      return fail({ kind: word, detail });
    default:
      return fail({ kind: 'signer-failed', detail: lastLines(given.errors || given.line) });
  }
}

function lastLines(output: string): string {
  return output.split('\n').slice(-5).join('\n') || 'it printed nothing';
}

function base64(password: string): string {
  return Buffer.from(password, 'utf8').toString('base64');
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trim();
}

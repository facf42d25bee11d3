import { posix } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';
import type { FileSystem, Processes } from '../host/index.ts';
import { SIGN_APK_PROGRAM } from './sign-apk-program.ts';
import type { SigningFailure } from './signing-failure.ts';

export interface SigningPasswords {
  readonly store: string;
  readonly key: string;
}

export interface SignApkOptions {
  readonly processes: Processes;
  readonly fs: FileSystem;
  /** Paths of this machine, absolute. */
  readonly java: string;
  readonly apksigClasspath: string;
  readonly unsignedApk: string;
  /** Made or replaced; absent after a failure. */
  readonly output: string;
  readonly request: ApkSigningRequest;
  readonly passwords: SigningPasswords;
  /** Exists; what is put there is removed again. */
  readonly temporaryDirectory: string;
  readonly signal?: AbortSignal;
}

export interface ApkSigningRequest {
  /** PKCS#12 or JKS, absolute. */
  readonly storeFile: string;
  readonly keyAlias: string;
}

export interface SignedApk {
  /** Lower-case hex SHA-256 of the certificate, as stores and devices show it. */
  readonly certificate: string;
  /** RSA signatures are a function of content and key; EC and DSA ones differ each time. */
  readonly isReproducible: boolean;
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

/** Signs with schemes v1, v2 and v3. The same archive and the same RSA key give the same bytes. */
export async function signApk(options: SignApkOptions): Promise<Result<SignedApk, SigningFailure>> {
  const { fs, request, temporaryDirectory, output } = options;
  fs.remove(output);
  if (fs.lstat(request.storeFile) === undefined)
    return fail({ kind: 'store-missing', storeFile: request.storeFile });
  const folder = posix.join(temporaryDirectory, `sign-${posix.basename(output)}`);
  fs.remove(folder);
  fs.makeDirectory(folder, 0o700);
  try {
    const signed = posix.join(folder, 'signed.apk');
    const result = await runProgram(options, folder, signed);
    if (result.ok) fs.copyFile(signed, output, 0o644);
    return result;
  } finally {
    fs.remove(folder);
  }
}

async function runProgram(
  options: SignApkOptions,
  folder: string,
  signed: string,
): Promise<Result<SignedApk, SigningFailure>> {
  const { processes, fs, java, apksigClasspath, unsignedApk, request, passwords, signal } = options;
  const program = posix.join(folder, 'SignApk.java');
  fs.writeFile(program, SIGN_APK_PROGRAM);
  const argv = [
    java,
    ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-Xmx512m'],
    ...[`-Djava.io.tmpdir=${folder}`, '-Dfile.encoding=UTF-8', '-cp', apksigClasspath, program],
    ...[unsignedApk, signed, request.storeFile, request.keyAlias],
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

function answer(request: ApkSigningRequest, given: ProgramAnswer): Result<SignedApk, SigningFailure> {
  const { storeFile, keyAlias } = request;
  const [word, ...rest] = given.line.split(' ');
  const detail = rest.join(' ');
  if (word === 'signed' && given.code === 0 && /^[0-9a-f]{64}$/.test(rest[0] ?? ''))
    return ok({ certificate: rest[0]!, isReproducible: rest[1] === 'RSA' });
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

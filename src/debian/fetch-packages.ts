import { posix } from 'node:path';
import { type Diagnostic, Digester, fail, InternalError, ok, type Result } from '../base/index.ts';
import { type FileSystem, isFolderLive, ownMarkName } from '../host/index.ts';
import { aptFailure, gist, textOf } from './apt-failure.ts';
import type { DebianCode } from './diagnostics.ts';
import { isPoolPath } from './lock-packages.ts';
import { formatRequest, type LockedPackage, type LockedRoot } from './model.ts';
import { APT_HELPER, type AptOptions, openApt, type PrivateApt } from './private-apt.ts';

/** One connection to a mirror is seldom a line's whole speed; many are unkind to mirrors. */
const CONNECTIONS = 4;
/** What one call of apt fetches: files are told when it ends, and what is lost when it is ended is no more. */
const CALL_BYTES = 16 * 2 ** 20;

export interface FetchOptions extends AptOptions {
  /** Absolute; files land here by their content, `<sha256>.deb`. */
  readonly packagesDirectory: string;
  /** The command that renews the lock, for messages: `mobileops deps lock`. */
  readonly renewCommand: string;
  /** Called as files are done; sizes are known from the lock. */
  readonly onFetched?: (fetched: LockedPackage) => void;
}

/** Where a locked package lies once it is fetched. */
export function packageFile(packagesDirectory: string, { sha256 }: Pick<LockedPackage, 'sha256'>): string {
  return posix.join(packagesDirectory, `${sha256}.deb`);
}

/** Those of `locked` that the folder does not hold whole. Reads every file that it does. */
export function missingPackages(
  locked: readonly LockedPackage[],
  { fs, packagesDirectory }: { fs: FileSystem; packagesDirectory: string },
): readonly LockedPackage[] {
  return locked.filter((each) => !isContent(fs, packageFile(packagesDirectory, each), each));
}

/**
 * Brings every locked package into the folder, by apt's own client (so that its proxies and credentials hold), checked
 * against size and SHA-256. What is there is not fetched again, also after a failure half-way.
 */
export async function fetchPackages(
  root: LockedRoot,
  options: FetchOptions,
): Promise<Result<undefined, readonly Diagnostic[]>> {
  const { fs } = options.host;
  const missing = missingPackages(root.locked, { fs, packagesDirectory: options.packagesDirectory });
  if (missing.length === 0) return ok(undefined);
  const apt = await openApt(root, options);
  if (!apt.ok) return fail([apt.failure]);
  removeDead(options);
  const { host, packagesDirectory } = options;
  const name = `${PARTIAL}${ownMarkName(host)}${Math.floor(host.env.random() * 2 ** 32).toString(16)}`;
  const directory = posix.join(packagesDirectory, name);
  fs.makeDirectory(directory, 0o700);
  try {
    const problems = await fetchAll(missing, { root, apt: apt.value, directory, options });
    return problems.length === 0 ? ok(undefined) : fail(problems);
  } finally {
    fs.remove(directory);
  }
}

/** The start of the name of a folder with files that are not whole yet. */
const PARTIAL = 'partial-';

/** Removes what a process left that was killed. */
function removeDead({ host, packagesDirectory }: FetchOptions): void {
  host.fs.makeDirectory(packagesDirectory);
  for (const { name } of host.fs.readDirectory(packagesDirectory)) {
    const path = posix.join(packagesDirectory, name);
    if (!name.startsWith(PARTIAL)) continue;
    if (!isFolderLive(host, path, path.length - name.length + PARTIAL.length)) host.fs.remove(path);
  }
}

/** A call of apt has one connection to each mirror. */
async function fetchAll(files: readonly LockedPackage[], fetching: Fetching): Promise<readonly Diagnostic[]> {
  const sizeBytes = files.reduce((sum, each) => sum + each.sizeBytes, 0);
  const queue = [...shares(files, Math.max(CONNECTIONS, Math.ceil(sizeBytes / CALL_BYTES))).entries()];
  const problems: (readonly Diagnostic[])[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift())
      problems[next[0]] = await fetchShare(next[1], fetching);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return problems.flat();
}

/** Parts of about equal size, the same for the same files. */
function shares(files: readonly LockedPackage[], count: number): readonly (readonly LockedPackage[])[] {
  const parts = Array.from({ length: count }, () => ({ sizeBytes: 0, files: [] as LockedPackage[] }));
  for (const file of [...files].sort((a, b) => b.sizeBytes - a.sizeBytes)) {
    const least = parts.reduce((a, b) => (b.sizeBytes < a.sizeBytes ? b : a));
    least.files.push(file);
    // An answer costs about as much as some kilobytes.
    least.sizeBytes += file.sizeBytes + 16_384;
  }
  return parts.map((part) => part.files).filter((part) => part.length > 0);
}

interface Fetching {
  readonly root: LockedRoot;
  readonly apt: PrivateApt;
  /** Of files that are not whole yet, ours alone. */
  readonly directory: string;
  readonly options: FetchOptions;
}

async function fetchShare(
  share: readonly LockedPackage[],
  { root, apt, directory, options }: Fetching,
): Promise<readonly Diagnostic[]> {
  const { fs } = options.host;
  const jobs = share.map((file) => ({
    file,
    uri: `${apt.mirrors[file.archive]}/${escapedPath(file.path)}`,
    partial: packageFile(directory, file),
  }));
  const output = await apt.run([
    APT_HELPER,
    'download-file',
    ...jobs.flatMap(({ file, uri, partial }) => [uri, partial, `SHA256:${file.sha256}`]),
  ]);
  const problems: Diagnostic[] = [];
  for (const { file, partial } of jobs) {
    if (isContent(fs, partial, file)) {
      fs.rename(partial, packageFile(options.packagesDirectory, file));
      options.onFetched?.(file);
    } else problems.push(problemOf(file, { root, output, renewCommand: options.renewCommand }));
  }
  return problems;
}

function problemOf(
  file: LockedPackage,
  {
    root,
    output,
    renewCommand,
  }: { root: LockedRoot; output: Awaited<ReturnType<PrivateApt['run']>>; renewCommand: string },
): Diagnostic {
  const name = `${file.name} ${file.version} of ${formatRequest(root)}`;
  const lines = textOf(output.stderr).split('\n').concat(textOf(output.stdout).split('\n'));
  // apt writes an address with other escapes than it was given, and without credentials.
  const said = lines.filter((line) => decoded(line).includes(`/${file.path}`)).join('\n');
  if (/404 +Not Found|File not found|410 +Gone/i.test(said)) {
    return {
      code: 'debian/dropped-version' satisfies DebianCode,
      severity: 'error',
      message: `the mirror no longer has the locked ${name}`,
      hint: `\`${renewCommand}\` locks the version that is there now`,
      cause: 'environment',
    };
  }
  if (/Hash Sum mismatch|unexpected size/i.test(said) || output.code === 0) {
    return {
      code: 'debian/wrong-content' satisfies DebianCode,
      severity: 'error',
      message: `what the mirror gave for ${name} is not the locked file${said === '' ? '' : `: ${gist(said)}`}`,
      hint: 'run the command again; if it fails again, the mirror is wrong: use another one',
      cause: 'environment',
    };
  }
  return aptFailure(name, output);
}

function decoded(line: string): string {
  return line.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Every character but the plain ones escaped, as apt asks for it. */
function escapedPath(path: string): string {
  if (!isPoolPath(path)) throw new InternalError(`not a path of a locked package: ${path}`);
  return path.split('/').map(encodeURIComponent).join('/');
}

const CHUNK_BYTES = 1 << 20;

function isContent(fs: FileSystem, path: string, { sizeBytes, sha256 }: LockedPackage): boolean {
  const stat = fs.lstat(path);
  if (stat?.type !== 'file' || stat.sizeBytes !== sizeBytes) return false;
  using handle = fs.open(path, 'r');
  const digester = new Digester();
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let count = handle.read(buffer); count > 0; count = handle.read(buffer)) {
    digester.update(buffer.subarray(0, count));
  }
  return digester.digest().hash === sha256;
}

import { posix } from 'node:path';
import type { Checked, Diagnostic, Digest } from '../base/index.ts';
import { type ClientContext, gist, scratchFolder, text } from './client.ts';
import { npmContradictions } from './conflicts/npm-contradictions.ts';
import { fetchNode } from './fetch-node.ts';
import type { LockedNode, LockedNodeEntry, Lockfile, NodeFolder, RequirementText } from './model.ts';
import { npmOutput, runNpm } from './npm.ts';
import { type PackageLockEntry, packageLockHolds, readPackageLock } from './package-lock.ts';
import { hostPlatform } from './platform.ts';
import { nodeFrom } from './resolved-from.ts';
import { isRenewed, type Renewal } from './updates/renewal.ts';

export interface LockNodeOptions {
  readonly context: ClientContext;
  readonly root: string;
  readonly folder: NodeFolder;
  readonly previous: Lockfile | undefined;
  readonly renewal?: Renewal | undefined;
}

export interface LockedNodeSection {
  readonly section: LockedNode;
  /** The `package-lock.json` that npm made, not written yet. */
  readonly made?: RequirementText;
}

/**
 * Locks one node folder: `package-lock.json` is made or brought up to date by npm when it does not hold, then every
 * tarball that fits this platform is fetched, so that its SHA-256 and size are known; the others are locked by integrity.
 */
export async function lockNode(options: LockNodeOptions): Promise<Checked<LockedNodeSection | undefined>> {
  const { context, folder, previous } = options;
  const current = await currentPackageLock(options);
  if (!current.value) return { value: undefined, diagnostics: current.diagnostics };
  const read = readPackageLock(current.value, hostPlatform(context.host));
  if (read.diagnostics.length > 0) return { value: undefined, diagnostics: read.diagnostics };
  const digests = await digestsOf(context, read.value, previous);
  if (digests.diagnostics.length > 0) return { value: undefined, diagnostics: digests.diagnostics };
  const from = nodeFrom({ ...folder, packageLock: current.value });
  const packages = read.value.map((entry) => lockedEntry(entry, digests.value));
  const made = current.value === folder.packageLock ? {} : { made: current.value };
  return { value: { section: { from, packages }, ...made }, diagnostics: [] };
}

function lockedEntry(entry: PackageLockEntry, digests: ReadonlyMap<string, Digest>): LockedNodeEntry {
  const { fits: _, ...rest } = entry;
  const digest = entry.integrity === undefined ? undefined : digests.get(entry.integrity);
  return digest ? { ...rest, sha256: digest.hash, sizeBytes: digest.sizeBytes } : rest;
}

/**
 * By integrity: from the lock as it was, else by fetching. What was locked by integrity alone stays so, so that machines of
 * different platforms do not rewrite each other's lock.
 */
async function digestsOf(
  context: ClientContext,
  entries: readonly PackageLockEntry[],
  previous: Lockfile | undefined,
): Promise<Checked<ReadonlyMap<string, Digest>>> {
  const digests = new Map<string, Digest>();
  const known = new Set<string>();
  for (const { integrity, sha256, sizeBytes } of Object.values(previous?.node ?? {}).flatMap(
    (each) => each.packages,
  )) {
    if (integrity === undefined) continue;
    known.add(integrity);
    if (sha256 !== undefined && sizeBytes !== undefined) digests.set(integrity, { hash: sha256, sizeBytes });
  }
  const wanted = entries.flatMap(({ name, version, integrity, fits }) =>
    fits && integrity !== undefined && !known.has(integrity) ? [{ name, version, integrity }] : [],
  );
  const diagnostics = await fetchNode(context, wanted, (entry, digest) =>
    digests.set(entry.integrity, digest),
  );
  return { value: digests, diagnostics };
}

async function currentPackageLock(options: LockNodeOptions): Promise<Checked<RequirementText | undefined>> {
  const { context, root, folder } = options;
  const { manifest, packageLock } = folder;
  const renewed = renewedNames(options);
  if (packageLock && !renewed && !isOverridden(options) && packageLockHolds(manifest, packageLock))
    return { value: packageLock, diagnostics: [] };
  const { fs } = context.host;
  using scratch = scratchFolder(context);
  fs.writeFile(posix.join(scratch.path, 'package.json'), manifest.text);
  const lockPath = posix.join(scratch.path, 'package-lock.json');
  if (packageLock) fs.writeFile(lockPath, packageLock.text);
  const npmrc = fs.readTextIfExists(posix.join(root, folder.folder, '.npmrc'));
  if (npmrc !== undefined) fs.writeFile(posix.join(scratch.path, '.npmrc'), npmrc, 0o600);
  const what = `the npm packages of ${folder.folder}`;
  const command = renewed && packageLock ? ['update', ...renewed] : ['install'];
  const before = options.renewal?.publishedBefore;
  const args = [
    ...[...command, '--package-lock-only', '--lockfile-version', '3'],
    ...(before === undefined ? [] : ['--before', before]),
  ];
  const done = await runNpm(context, { what, args, cwd: scratch.path, shownLines: READ_LINES });
  if (!done.ok)
    return {
      value: undefined,
      diagnostics: await refusals(context, { manifest, what, args, cwd: scratch.path }, done.failure),
    };
  const path = posix.join(folder.folder, 'package-lock.json');
  return { value: { path, text: fs.readText(lockPath) }, diagnostics: [] };
}

/**
 * Whether `package.json` was changed since the lock was made in something that npm does not repeat in `package-lock.json`: `overrides`.
 * Where that file was changed, too, npm has done it.
 */
function isOverridden({ folder, previous }: LockNodeOptions): boolean {
  const before = previous?.node[folder.folder]?.from;
  if (!before) return false;
  const now = nodeFrom(folder);
  return (
    now['package-lock.json'] === before['package-lock.json'] && now['package.json'] !== before['package.json']
  );
}

/** Those of the folder that are renewed; an empty list stands for all, `undefined` for none. */
function renewedNames({ folder, previous, renewal }: LockNodeOptions): readonly string[] | undefined {
  if (!renewal) return undefined;
  if (renewal.packages === undefined) return [];
  const there = previous?.node[folder.folder]?.packages ?? [];
  const names = new Set(
    there.map(({ name }) => name).filter((name) => isRenewed(renewal, { ecosystem: 'npm', name })),
  );
  return names.size > 0 ? [...names] : undefined;
}

interface RefusedCall {
  readonly manifest: RequirementText;
  readonly what: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** npm tells one contradiction and stops; all of them where it is told to go on, in a folder that is thrown away. */
async function refusals(
  context: ClientContext,
  { manifest, ...call }: RefusedCall,
  failure: Diagnostic,
): Promise<readonly Diagnostic[]> {
  const first = unresolvable(failure, manifest.path);
  if (!failure.message.includes('ERESOLVE')) return [first];
  const forced = await npmOutput(context, { ...call, args: [...call.args, '--force'] });
  const said = forced.ok ? text(forced.value.stderr) : failure.message;
  const found = npmContradictions({ manifest, what: call.what, said });
  return found.length > 0 ? found : [first];
}

/** The code stands at the start of what npm says. */
const READ_LINES = 500;

/** npm's words for "no such version" and "these cannot stand together". */
function unresolvable(failure: Diagnostic, path: string): Diagnostic {
  const isUser = /ERESOLVE|ETARGET|E404|EINVALIDTAGNAME|EINVALIDPACKAGENAME|EUNSUPPORTEDPROTOCOL/.test(
    failure.message,
  );
  const message = gist(failure.message);
  if (!isUser) return { ...failure, message, path };
  return {
    code: 'dependencies/unresolvable',
    severity: 'error',
    message,
    path,
    hint: 'change the versions in package.json',
  };
}

import type { Diagnostic, Digest } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { EventSink } from '../event/index.ts';
import type { Host } from '../host/index.ts';
import type { ClientContext } from './client.ts';
import { fetchNode } from './fetch-node.ts';
import { fetchPython } from './fetch-python.ts';
import { findHostPython } from './host-python.ts';
import { fetchMaven } from './lock-maven.ts';
import { lockPlaceProblem } from './lock-place.ts';
import { entryDigest, type LockedFileEntry, type Lockfile, type TargetNeeds } from './model.ts';

export interface PrepareOptions {
  readonly host: Host;
  readonly cas: Cas;
  readonly cacheDirectory: string;
  readonly lock: Lockfile;
  /** The selected targets. */
  readonly needs: readonly TargetNeeds[];
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** What `prepare` did. With errors in `diagnostics`, what was fetched stays and is not fetched again. */
export interface Prepared {
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Events of `prepare`, in this order: `prepare.planned` once (also with zero files), `prepare.fetched` for each file
 * that is verified and stored, `prepare.finished` once (not when the lock was made for another place).
 */
export interface PrepareEvents {
  'prepare.planned': { readonly files: number; readonly sizeBytes: number; readonly presentFiles: number };
  'prepare.fetched': { readonly file: string; readonly sizeBytes: number };
  'prepare.finished': { readonly files: number; readonly sizeBytes: number; readonly missing: number };
}

interface Wanted {
  readonly ecosystem: 'python' | 'node' | 'maven';
  readonly entry: LockedFileEntry;
}

/** Locked files of the needs that the store lacks; asks only whether a blob exists, reads none. */
export function missingFiles(
  lock: Lockfile,
  needs: readonly TargetNeeds[],
  cas: Pick<Cas, 'has'>,
): { readonly files: number; readonly sizeBytes: number } {
  const missing = wantedFiles(lock, needs).filter(({ entry }) => !cas.has(entryDigest(entry)));
  return { files: missing.length, sizeBytes: totalBytes(missing) };
}

/** Brings every locked file that the needs name into the store, verified. An abort is thrown as the signal's reason. */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { host, cas, cacheDirectory, lock, needs, sink, signal } = options;
  const wanted = wantedFiles(lock, needs);
  const missing = wanted.filter(({ entry }) => !cas.has(entryDigest(entry)));
  const planned = {
    files: missing.length,
    sizeBytes: totalBytes(missing),
    presentFiles: wanted.length - missing.length,
  };
  sink('prepare.planned', planned satisfies PrepareEvents['prepare.planned']);
  const refused = missing.length > 0 ? await misplaced(lock, host, missing) : undefined;
  if (refused) return { fetchedFiles: 0, fetchedBytes: 0, diagnostics: [refused] };
  const context: ClientContext = { host, cas, cacheDirectory, sink, signal };
  const fetched = new Map<string, number>();
  const onFetched = (entry: LockedFileEntry): void => {
    if (fetched.has(entry.sha256)) return;
    fetched.set(entry.sha256, entry.sizeBytes);
    const { file, sizeBytes } = entry;
    sink('prepare.fetched', { file, sizeBytes } satisfies PrepareEvents['prepare.fetched']);
  };
  const of = (ecosystem: Wanted['ecosystem']): LockedFileEntry[] =>
    missing.filter((each) => each.ecosystem === ecosystem).map(({ entry }) => entry);
  const diagnostics = await Promise.all([
    fetchPython(context, of('python'), onFetched),
    fetchLockedNode(context, of('node'), onFetched),
    fetchMaven(context, of('maven'), onFetched),
  ]);
  const fetchedBytes = [...fetched.values()].reduce((sum, each) => sum + each, 0);
  const finished = { files: fetched.size, sizeBytes: fetchedBytes, missing: missing.length - fetched.size };
  sink('prepare.finished', finished satisfies PrepareEvents['prepare.finished']);
  return { fetchedFiles: fetched.size, fetchedBytes, diagnostics: diagnostics.flat() };
}

/** Files for another platform or Python would be looked for in vain. */
async function misplaced(
  lock: Lockfile,
  host: Host,
  missing: readonly Wanted[],
): Promise<Diagnostic | undefined> {
  const usesPython = missing.some(({ ecosystem }) => ecosystem === 'python');
  return lockPlaceProblem(lock, host, usesPython ? (await findHostPython(host))?.version : undefined);
}

/** Each file once, whichever targets want it. */
function wantedFiles(lock: Lockfile, needs: readonly TargetNeeds[]): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  const add = (ecosystem: Wanted['ecosystem'], entries: readonly LockedFileEntry[]): void => {
    for (const entry of entries) wanted.set(entry.sha256, { ecosystem, entry });
  };
  for (const { label, nodeFolder, tools } of needs) {
    const python = lock.python[label];
    if (python) add('python', [...python.run, ...python.dev]);
    if (nodeFolder !== undefined) add('node', nodeEntries(lock, nodeFolder));
    add('maven', lock.maven[label]?.files ?? []);
    for (const name of tools) {
      const tool = lock.tools[name];
      if (tool) add(tool.ecosystem, tool.files);
    }
  }
  return [...wanted.values()];
}

function nodeEntries(lock: Lockfile, folder: string): LockedFileEntry[] {
  return (lock.node[folder]?.packages ?? []).flatMap((entry) => {
    const { name, version, integrity, sha256, sizeBytes } = entry;
    if (sha256 === undefined || sizeBytes === undefined) return [];
    const file = `${name.slice(name.lastIndexOf('/') + 1)}-${version}.tgz`;
    return [{ name, version, file, sha256, sizeBytes, integrity }];
  });
}

/** npm's cache is asked by integrity, the store by SHA-256: both must hold. */
async function fetchLockedNode(
  context: ClientContext,
  entries: readonly LockedFileEntry[],
  onFetched: (entry: LockedFileEntry) => void,
): Promise<readonly Diagnostic[]> {
  const files = entries.map((entry) => ({ ...entry, integrity: entry.integrity ?? integrityOf(entry) }));
  const wrong: Diagnostic[] = [];
  const diagnostics = await fetchNode(context, files, (file, digest: Digest) => {
    if (digest.hash === file.sha256) onFetched(file);
    else wrong.push(wrongContent(file));
  });
  return [...diagnostics, ...wrong];
}

function integrityOf(entry: LockedFileEntry): string {
  return `sha256-${Buffer.from(entry.sha256, 'hex').toString('base64')}`;
}

function wrongContent({ name, version }: LockedFileEntry): Diagnostic {
  return {
    code: 'dependencies/wrong-content',
    severity: 'error',
    message: `the lock states hashes for ${name}@${version} that do not belong together`,
    hint: 'lock anew with `mobileops deps lock`',
  };
}

function totalBytes(files: readonly Wanted[]): number {
  return files.reduce((sum, { entry }) => sum + entry.sizeBytes, 0);
}

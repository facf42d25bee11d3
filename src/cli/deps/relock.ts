import type { Checked } from '../../base/index.ts';
import { cacheFolder, openStore } from '../../build/index.ts';
import { type Lockfile, makeLock, type Renewal, readLock, writeLock } from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import type { VerbContext } from '../verb.ts';
import { type OpenedRequirements, openRequirements } from './open-dependencies.ts';

export interface Relocked extends OpenedRequirements {
  readonly before: Lockfile | undefined;
  readonly after: Lockfile;
}

export interface RelockOptions {
  readonly sink: EventSink;
  readonly renewal?: Renewal;
  /** Writes nothing. */
  readonly isDryRun?: boolean;
}

/** Resolves what all targets ask for and writes the lock; the old one stays when something cannot be resolved. */
export async function relock(
  context: VerbContext,
  { sink, renewal, isDryRun = false }: RelockOptions,
): Promise<Checked<Relocked | undefined>> {
  const { host, signal } = context;
  const opened = await openRequirements(context, sink);
  if (!opened.value) return { value: undefined, diagnostics: opened.diagnostics };
  const { root, requirements } = opened.value;
  const store = openStore(host);
  using _ = store.use();
  // A lock that cannot be read is no reason not to make a new one.
  const before = readLock(host.fs, root).value;
  const made = await makeLock({
    ...{ host, cas: store.cas, root, cacheDirectory: cacheFolder(host), requirements, sink, signal },
    ...{ previous: before, isDryRun, ...(renewal ? { renewal } : {}) },
  });
  const diagnostics = [...opened.diagnostics, ...made.diagnostics];
  if (!made.value) return { value: undefined, diagnostics };
  if (!isDryRun) writeLock(host.fs, root, made.value);
  return { value: { ...opened.value, before, after: made.value }, diagnostics };
}

import { type Checked, hasErrors } from '../../base/index.ts';
import { cacheFolder, openStore, SourceChanged } from '../../build/index.ts';
import {
  type Lockfile,
  type LockOptions,
  makeLock,
  type RaisedAsk,
  type Renewal,
  readLock,
  withRaised,
  writeLock,
  writeRaised,
} from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import type { VerbContext } from '../verb.ts';
import { type OpenedRequirements, openRequirements } from './open-dependencies.ts';

export interface Relocked extends OpenedRequirements {
  readonly before: Lockfile | undefined;
  readonly after: Lockfile;
  /** What requirement files say now; written with the lock, and not without it. */
  readonly raised: readonly RaisedAsk[];
}

/** Which places of the requirement files get another version, before anything is resolved. */
export type Raise = (
  opened: OpenedRequirements,
  before: Lockfile | undefined,
  client: Pick<LockOptions, 'host' | 'cas' | 'cacheDirectory' | 'sink' | 'signal'>,
) => Promise<Checked<readonly RaisedAsk[]>>;

export interface RelockOptions {
  readonly sink: EventSink;
  readonly renewal?: Renewal;
  readonly raise?: Raise | undefined;
  /** Writes nothing. */
  readonly isDryRun?: boolean;
}

/** Resolves what all targets ask for and writes the lock; the old one stays when something cannot be resolved. */
export async function relock(
  context: VerbContext,
  { sink, renewal, raise, isDryRun = false }: RelockOptions,
): Promise<Checked<Relocked | undefined>> {
  const { host, signal } = context;
  const opened = await openRequirements(context, sink);
  if (!opened.value) return { value: undefined, diagnostics: opened.diagnostics };
  const { root } = opened.value;
  const store = openStore(host);
  using _ = store.use();
  // A lock that cannot be read is no reason not to make a new one.
  const before = readLock(host.fs, root).value;
  const client = { host, cas: store.cas, cacheDirectory: cacheFolder(host), sink, signal };
  const raising = await raise?.(opened.value, before, client);
  const raised = raising?.value ?? [];
  const known = [...opened.diagnostics, ...(raising?.diagnostics ?? [])];
  if (hasErrors(raising?.diagnostics ?? [])) return { value: undefined, diagnostics: known };
  const requirements = withRaised(opened.value.requirements, raised);
  const made = await makeLock({
    ...{ ...client, root, requirements, previous: before, isDryRun, ...(renewal ? { renewal } : {}) },
  });
  const diagnostics = [...known, ...made.diagnostics];
  if (!made.value) return { value: undefined, diagnostics };
  if (!isDryRun) {
    const changed = writeRaised(host.fs, root, raised);
    if (changed !== undefined) throw new SourceChanged(changed);
    writeLock(host.fs, root, made.value);
  }
  return { value: { ...opened.value, before, after: made.value, raised }, diagnostics };
}

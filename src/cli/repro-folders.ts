import { join } from 'node:path/posix';
import { cacheFolder, loadContainers } from '../build/index.ts';
import { isFolderLive, ownMarkName } from '../host/index.ts';
import type { VerbContext } from './verb.ts';

const KEPT = 'kept-';

/**
 * A folder of this run's own for both builds. Not among the sessions, which any build cleans up: unpacked layers in it may belong to
 * ids that only their own program can remove. What runs left that were killed goes first.
 */
export async function newReproFolder(context: VerbContext, isKept: boolean): Promise<string> {
  const { host } = context;
  const all = join(cacheFolder(host), 'repro');
  await removeStale(context, all);
  const time = new Date(host.clock.now()).toISOString().slice(0, 19).replace(/[-:]/g, '');
  const folder = join(all, isKept ? `${KEPT}${time}-${host.env.pid}` : `${ownMarkName(host)}${time}`);
  host.fs.makeDirectory(folder, 0o700);
  return folder;
}

/** One below a folder that the user named; a run that is killed leaves it. */
export function newSecondFolder({ host }: VerbContext, below: string): string {
  const { env, fs } = host;
  const name = `repro-${env.pid}-${Math.floor(env.random() * 2 ** 32).toString(16)}`;
  const folder = join(below, name);
  fs.makeDirectory(folder, 0o700);
  return folder;
}

async function removeStale(context: VerbContext, all: string): Promise<void> {
  const { host } = context;
  if (!host.fs.lstat(all)) return;
  for (const { name } of host.fs.readDirectory(all)) {
    const folder = join(all, name);
    const isOurs = host.fs.lstat(folder)?.uid === host.env.userId;
    if (isOurs && !name.startsWith(KEPT) && !isFolderLive(host, folder, all.length + 1))
      await removeReproFolder(context, folder);
  }
}

/** Never fails: what cannot be removed is said. */
export async function removeReproFolder(
  { host, program, reporter }: VerbContext,
  folder: string,
): Promise<void> {
  const { pruneContainers } = await loadContainers();
  try {
    for (const { name } of host.fs.readDirectory(folder)) {
      const store = join(folder, name, 'store');
      const pruned = await pruneContainers(host, { store, program: program.containers }, 0);
      if (typeof pruned === 'string') reporter.note(`layers stay in ${store}: ${pruned}`);
    }
    host.fs.remove(folder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    reporter.note(`${folder} could not be removed: ${error.message}`);
  }
}

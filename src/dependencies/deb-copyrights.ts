import { type ActionResult, EMPTY_TREE } from '../action/index.ts';
import { type Digest, digestOf, formatDigest } from '../base/index.ts';
import type { ActionCache } from '../cas/index.ts';
import { forEachBounded } from './bounded.ts';
import { type ClientContext, scratchFolder } from './client.ts';
import type { ImageDeb } from './image-debs.ts';

export interface CopyrightContext extends Pick<ClientContext, 'host' | 'cas' | 'cacheDirectory' | 'signal'> {
  readonly actions: ActionCache;
}

const PROCESSES = 3;

/**
 * Tells the copyright file of each package whose file is in the store and has one, in no order. As an archive has to be expanded as a
 * whole for it, what it told is kept in the store. Nothing is fetched, and nothing of a package is run.
 */
export async function readDebCopyrights(
  context: CopyrightContext,
  debs: readonly ImageDeb[],
  onFound: (deb: ImageDeb, copyright: Uint8Array) => void,
): Promise<void> {
  const { host, cas, signal } = context;
  const unread: ImageDeb[] = [];
  for (const deb of debs) {
    if (!cas.has(deb.digest)) continue;
    const kept = keptCopyright(context, deb);
    if (!kept) unread.push(deb);
    else if (kept.copyright) onFound(deb, kept.copyright);
  }
  if (unread.length === 0) return;
  const { debCopyright } = await import('../debian/index.ts');
  await forEachBounded(unread, PROCESSES, async (deb) => {
    signal.throwIfAborted();
    const path = cas.fileOf(deb.digest, false);
    if (path === undefined) return;
    using scratch = scratchFolder(context);
    const read = await debCopyright(path, { host, signal, directory: scratch.path, name: deb.name });
    if (!read.ok) return;
    keepCopyright(context, deb, read.value);
    if (read.value) onFound(deb, read.value);
  });
}

/** Raised when the same archive is to be read anew. */
const RECORD_VERSION = 1;

/** In the manner of an action's digest. */
function recordKey({ name, digest }: ImageDeb): Digest {
  const record = {
    ...{ type: 'mobileops copyright file of a package', version: RECORD_VERSION },
    ...{ name, archive: formatDigest(digest) },
  };
  return digestOf(JSON.stringify(record));
}

const FOUND = 0;
const NONE = 1;

/** What an archive told before; without a copyright file it has none. */
function keptCopyright(
  { cas, actions }: CopyrightContext,
  deb: ImageDeb,
): { readonly copyright?: Uint8Array } | undefined {
  const result = actions.get(recordKey(deb));
  if (result?.exitCode !== FOUND) return result && {};
  const copyright = cas.get(result.stdout);
  return copyright && { copyright };
}

function keepCopyright(
  { host, cas, actions }: CopyrightContext,
  deb: ImageDeb,
  copyright: Uint8Array | undefined,
): void {
  const result: ActionResult = {
    exitCode: copyright ? FOUND : NONE,
    outputRoot: cas.putTree(EMPTY_TREE),
    stdout: cas.put(copyright ?? ''),
    execution: { durationMs: 0, finishedAtMs: host.clock.now(), peakMemoryBytes: 0, cpuMs: 0 },
  };
  actions.put(recordKey(deb), result);
}

import { counted, formatSizeBytes } from '../../base/index.ts';
import { cacheFolder, loadContainers, openStore } from '../../build/index.ts';
import type { Verb, VerbContext } from '../verb.ts';

const DEFAULT_MAX_BYTES = 10 * 2 ** 30;
/** Unpacked layers and cache mounts of RUN are made again in seconds, so they go after a week. */
const UNUSED_MS = 7 * 24 * 3_600_000;

/** What RUN left in the store; what cannot be removed is said. */
async function prune({ host, program, reporter }: VerbContext, unusedForMs: number) {
  const { pruneContainers } = await loadContainers();
  const place = { store: cacheFolder(host), program: program.containers };
  const pruned = await pruneContainers(host, place, unusedForMs);
  if (typeof pruned !== 'string') return pruned;
  reporter.note(`the layers of RUN stay: ${pruned}`);
  return undefined;
}

export const cacheStatsVerb: Verb = async ({ host, reporter }) => {
  const store = openStore(host);
  const stats = store.stats();
  if (reporter.isJson) reporter.json({ exitCode: 0, root: store.root, ...stats });
  else {
    const { blobs, blobBytes, actions } = stats;
    reporter.result(
      `${store.root}: ${counted(blobs, 'blob')} (${formatSizeBytes(blobBytes)}), ${counted(actions, 'result')}`,
    );
  }
  return 0;
};

export const cacheGcVerb: Verb = async (context) => {
  const { host, reporter, flags } = context;
  const graceMs = flags.number('grace');
  const maxBytes = flags.number('max-size') ?? DEFAULT_MAX_BYTES;
  const report = openStore(host).gc({ maxBytes, ...(graceMs === undefined ? {} : { graceMs }) });
  const { removedActions, removedBlobs, freedBytes, keptBytes } = report;
  const containers = await prune(context, graceMs ?? UNUSED_MS);
  if (reporter.isJson) reporter.json({ exitCode: 0, ...report, ...(containers ? { containers } : {}) });
  else {
    const removed = `removed ${counted(removedActions, 'result')} and ${counted(removedBlobs, 'blob')}`;
    reporter.result(`${removed}, freed ${formatSizeBytes(freedBytes)}, kept ${formatSizeBytes(keptBytes)}`);
    if (containers && containers.layers + containers.caches > 0) {
      const { layers, caches } = containers;
      reporter.result(`removed ${counted(layers, 'unpacked layer')} and ${counted(caches, 'cache mount')}`);
    }
  }
  return 0;
};

export const cacheVerifyVerb: Verb = async ({ host, reporter }) => {
  const report = openStore(host).verify();
  const { checkedBlobs, checkedActions, damaged } = report;
  if (reporter.isJson) reporter.json({ exitCode: 0, ...report });
  else {
    const checked = `checked ${counted(checkedBlobs, 'blob')} and ${counted(checkedActions, 'result')}`;
    reporter.result(`${checked}: ${damaged.length} damaged`);
    for (const each of damaged) reporter.result(`removed ${each}`);
  }
  return 0;
};

export const cacheClearVerb: Verb = async (context) => {
  const { host, reporter } = context;
  const store = openStore(host);
  store.clear();
  await prune(context, 0);
  if (reporter.isJson) reporter.json({ exitCode: 0, root: store.root });
  else reporter.note(`cleared ${store.root}`);
  return 0;
};

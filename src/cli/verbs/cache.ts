import { formatSizeBytes } from '../../base/index.ts';
import { openStore } from '../../build/index.ts';
import { counted } from '../report/counted.ts';
import type { Verb } from '../verb.ts';

const DEFAULT_MAX_BYTES = 10 * 2 ** 30;

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

export const cacheGcVerb: Verb = async ({ host, reporter, flags }) => {
  const graceMs = flags.number('grace');
  const maxBytes = flags.number('max-size') ?? DEFAULT_MAX_BYTES;
  const report = openStore(host).gc({ maxBytes, ...(graceMs === undefined ? {} : { graceMs }) });
  const { removedActions, removedBlobs, freedBytes, keptBytes } = report;
  if (reporter.isJson) reporter.json({ exitCode: 0, ...report });
  else {
    const removed = `removed ${counted(removedActions, 'result')} and ${counted(removedBlobs, 'blob')}`;
    reporter.result(`${removed}, freed ${formatSizeBytes(freedBytes)}, kept ${formatSizeBytes(keptBytes)}`);
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

export const cacheClearVerb: Verb = async ({ host, reporter }) => {
  const store = openStore(host);
  store.clear();
  if (reporter.isJson) reporter.json({ exitCode: 0, root: store.root });
  else reporter.note(`cleared ${store.root}`);
  return 0;
};

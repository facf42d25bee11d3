import { formatDurationMs } from '../base/index.ts';
import type { ActionRecord } from './explanations.ts';

/** Why an action came out as it did, against the time before. */
export interface Explanation {
  readonly id: string;
  readonly status: ActionRecord['status'];
  readonly time: number;
  /** One sentence. */
  readonly reason: string;
  /** What changed: files, trees, variables, settings. */
  readonly changes: readonly string[];
}

/** The last outcome of each action of a target, in the order in which they came about. */
export function explain(records: readonly ActionRecord[]): readonly Explanation[] {
  const byId = new Map<string, ActionRecord[]>();
  for (const record of records) byId.set(record.id, [...(byId.get(record.id) ?? []), record]);
  const last = [...byId.values()].map((list) => ({ now: list.at(-1)!, earlier: list.slice(0, -1) }));
  return last.sort((a, b) => a.now.time - b.now.time).map(({ now, earlier }) => explainOne(now, earlier));
}

function explainOne(now: ActionRecord, earlier: readonly ActionRecord[]): Explanation {
  const { id, status, time } = now;
  const before = earlier.findLast((record) => record.key !== '');
  const changes = before?.parts && now.parts ? changedParts(before.parts, now.parts) : [];
  return { id, status, time, reason: reasonOf(now, before, changes), changes };
}

function reasonOf(now: ActionRecord, before: ActionRecord | undefined, changes: readonly string[]): string {
  if (now.status === 'skipped') return `not started${now.because ? `, because ${now.because} failed` : ''}`;
  if (now.status === 'cached') {
    if (!before) return 'taken from the cache: another build had run the very same action';
    return before.key === now.key
      ? 'taken from the cache: nothing that it sees has changed'
      : 'taken from the cache: it sees something new, and that very action had been run before';
  }
  const word = `${now.status === 'failed' ? 'failed' : 'ran'} (${formatDurationMs(now.durationMs)})`;
  if (!before) return `${word}: there was no result of it`;
  if (before.key !== now.key)
    return `${word}: ${changes.length > 0 ? 'what it sees has changed' : 'its key has changed'}`;
  if (before.status === 'failed') return `${word}: it had failed the last time`;
  return `${word}: its result was no longer in the cache, or it is not to be cached`;
}

function changedParts(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    if (before[name] === now[name]) return [];
    if (before[name] === undefined) return [`${name} is new`];
    return now[name] === undefined ? [`${name} is gone`] : [`${name} is different`];
  });
}

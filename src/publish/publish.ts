import { fail, ok, type Result } from '../base/index.ts';
import type { Journal } from './journal.ts';
import type { Promoted, PublishedRelease, Publisher, PublishFailure, PublishItem, Put } from './publisher.ts';

export interface PublishRequest {
  readonly release: PublishedRelease;
  /** All but the index. */
  readonly items: readonly PublishItem[];
  readonly publishers: readonly Publisher[];
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: PublishEvent) => void;
}

export type PublishEvent =
  | {
      readonly type: 'put';
      readonly place: string;
      readonly name: string;
      /** `recorded`: the journal says that it is there, and nobody was asked. */
      readonly how: Put | 'recorded';
    }
  | { readonly type: 'promoted'; readonly place: string; readonly how: Promoted | 'recorded' };

export interface FailedPlace {
  readonly place: string;
  readonly failure: PublishFailure;
}

/**
 * Publishes to all places, in an order that shows nobody half a release: first the files everywhere, then the indexes, then
 * channels and tags. Each step is in the journal before the next one begins, so that a run that was killed goes on where it
 * was; a step that was done and not yet recorded is done again, which changes nothing. A place that fails does not keep the
 * others from getting their files, but nothing is promoted anywhere until all have everything.
 */
export async function publish(request: PublishRequest): Promise<Result<undefined, readonly FailedPlace[]>> {
  const { release, items, publishers } = request;
  for (const stage of [items, [release.index]]) {
    const failed: FailedPlace[] = [];
    for (const publisher of publishers) {
      const failure = await putAll(request, publisher, stage);
      if (failure) failed.push({ place: publisher.place, failure });
      if (failure?.kind === 'interrupted') break;
    }
    if (failed.length > 0) return fail(failed);
  }
  for (const publisher of publishers) {
    const failure = await promote(request, publisher);
    if (failure) return fail([{ place: publisher.place, failure }]);
  }
  return ok(undefined);
}

async function putAll(
  request: PublishRequest,
  publisher: Publisher,
  items: readonly PublishItem[],
): Promise<PublishFailure | undefined> {
  const { release, journal, signal, onEvent = () => {} } = request;
  const { place } = publisher;
  for (const item of items.filter((each) => publisher.wants?.(each, release) ?? true)) {
    if (signal.aborted) return { kind: 'interrupted' };
    const step = `put ${place} ${item.name} ${item.sha256}`;
    if (journal.has(step)) {
      onEvent({ type: 'put', place, name: item.name, how: 'recorded' });
      continue;
    }
    const put = await publisher.put(item, release, signal);
    if (!put.ok) return put.failure;
    // It may have a place for it one day.
    if (put.value !== 'left-out') journal.add(step);
    onEvent({ type: 'put', place, name: item.name, how: put.value });
  }
  return undefined;
}

async function promote(
  { release, journal, signal, onEvent = () => {} }: PublishRequest,
  publisher: Publisher,
): Promise<PublishFailure | undefined> {
  if (signal.aborted) return { kind: 'interrupted' };
  const { place } = publisher;
  const step = `promote ${place} ${release.channel} ${release.index.sha256}`;
  if (journal.has(step)) {
    onEvent({ type: 'promoted', place, how: 'recorded' });
    return undefined;
  }
  const promoted = await publisher.promote(release, signal, (name) =>
    onEvent({ type: 'put', place, name, how: 'sent' }),
  );
  if (!promoted.ok) return promoted.failure;
  if (promoted.value !== 'left-out') journal.add(step);
  onEvent({ type: 'promoted', place, how: promoted.value });
  return undefined;
}

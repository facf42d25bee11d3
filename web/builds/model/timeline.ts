import type { ActionRecord, BuildRecord } from '../../../src/metrics/records/build-record.ts';

/** An action as a bar: from when it waited, ran and ended, in milliseconds from the build's start. */
export interface Bar {
  readonly action: ActionRecord;
  readonly readyMs: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Which line of its row it lies on, so that no two overlap. */
  readonly lane: number;
}

/** All of a target. */
export interface Row {
  readonly label: string;
  readonly lanes: number;
  /** In the order of time. */
  readonly bars: readonly Bar[];
}

export interface Timeline {
  /** By when something of them happened first. */
  readonly rows: readonly Row[];
  readonly endMs: number;
}

/** What a build did when, a row for each target; of a build that runs, what has not ended goes on to `nowMs`. */
export function timelineOf(
  { actions, durationMs = 0 }: Pick<BuildRecord, 'actions' | 'durationMs'>,
  nowMs = durationMs,
): Timeline {
  const byLabel = new Map<string, Omit<Bar, 'lane'>[]>();
  let endMs = Math.max(durationMs, nowMs);
  for (const action of actions) {
    const times = timesOf(action, nowMs);
    if (!times) continue;
    endMs = Math.max(endMs, times.endMs);
    const bars = byLabel.get(action.label);
    if (bars) bars.push({ action, ...times });
    else byLabel.set(action.label, [{ action, ...times }]);
  }
  const rows = [...byLabel].map(([label, bars]) => rowOf(label, bars));
  return { rows: rows.sort((a, b) => firstMs(a) - firstMs(b)), endMs: Math.max(1, endMs) };
}

/** A bar of what was never begun is none. */
function timesOf(
  { status, readyMs, startMs, endMs }: ActionRecord,
  nowMs: number,
): Omit<Bar, 'action' | 'lane'> | undefined {
  if (status === 'skipped') return undefined;
  const end = endMs ?? nowMs;
  const ready = readyMs ?? startMs ?? end;
  const start = startMs ?? (status === 'waiting' ? end : (endMs ?? ready));
  return { readyMs: Math.min(ready, start), startMs: Math.min(start, end), endMs: Math.max(start, end) };
}

function firstMs({ bars }: Row): number {
  return bars[0]?.readyMs ?? 0;
}

/** Each bar on the first lane that is free when it begins. */
function rowOf(label: string, bars: readonly Omit<Bar, 'lane'>[]): Row {
  const sorted = bars.toSorted((a, b) => a.readyMs - b.readyMs || a.endMs - b.endMs);
  const freeFrom: number[] = [];
  const placed = sorted.map((bar) => {
    const free = freeFrom.findIndex((from) => from <= bar.readyMs);
    const lane = free < 0 ? freeFrom.length : free;
    freeFrom[lane] = bar.endMs;
    return { ...bar, lane };
  });
  return { label, lanes: Math.max(1, freeFrom.length), bars: placed };
}

/**
 * The chain that the build's time was spent on: from the action that ended last back to what it waited for last, and so on. What
 * came from the cache is no part of it.
 */
export function longestChain(actions: readonly ActionRecord[]): ActionRecord[] {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const chain: ActionRecord[] = [];
  const seen = new Set<string>();
  let next = lastOf(actions);
  while (next && !seen.has(next.id)) {
    seen.add(next.id);
    chain.push(next);
    next = lastOf((next.needs ?? []).flatMap((id) => byId.get(id) ?? []));
  }
  return chain.reverse();
}

function lastOf(actions: readonly ActionRecord[]): ActionRecord | undefined {
  const ran = actions.filter(({ status, endMs }) => status !== 'cached' && endMs !== undefined);
  return ran.reduce<ActionRecord | undefined>(
    (last, each) => (last === undefined || each.endMs! > last.endMs! ? each : last),
    undefined,
  );
}

/** What of the whole is shown, in milliseconds. */
export interface View {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Less than this of a build is never shown. */
const LEAST_MS = 20;

/** Nearer (below 1) or farther around a moment, within the whole. */
export function zoomed(
  { fromMs, toMs }: View,
  factor: number,
  at: { readonly centreMs: number; readonly endMs: number },
): View {
  const span = Math.min(at.endMs, Math.max(Math.min(LEAST_MS, at.endMs), (toMs - fromMs) * factor));
  const share = (at.centreMs - fromMs) / Math.max(1, toMs - fromMs);
  return moved({ fromMs: at.centreMs - share * span, toMs: at.centreMs - share * span + span }, 0, at.endMs);
}

export function moved({ fromMs, toMs }: View, byMs: number, endMs: number): View {
  const span = Math.min(endMs, toMs - fromMs);
  const from = Math.min(Math.max(0, fromMs + byMs), endMs - span);
  return { fromMs: from, toMs: from + span };
}

/** The same view where it shows the bar, else moved so that it does. */
export function showing(view: View, { readyMs, endMs: barEndMs }: Bar, endMs: number): View {
  const span = view.toMs - view.fromMs;
  if (readyMs >= view.fromMs && barEndMs <= view.toMs) return view;
  if (barEndMs - readyMs > span) return moved({ fromMs: readyMs, toMs: readyMs + span }, 0, endMs);
  const byMs = readyMs < view.fromMs ? readyMs - view.fromMs - span * 0.1 : barEndMs - view.toMs + span * 0.1;
  return moved(view, byMs, endMs);
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** Where an arrow key leads from a bar: along its row, or to what happened at that time in the row beside it. */
export function neighbour(
  rows: readonly Row[],
  current: Bar | undefined,
  direction: Direction,
): Bar | undefined {
  const at = current ? rows.findIndex(({ bars }) => bars.includes(current)) : -1;
  const row = rows[at];
  if (!row || !current) return rows[0]?.bars[0];
  const place = row.bars.indexOf(current);
  switch (direction) {
    case 'left':
      return row.bars[place - 1] ?? current;
    case 'right':
      return row.bars[place + 1] ?? current;
    case 'first':
      return row.bars[0];
    case 'last':
      return row.bars.at(-1);
    default:
      return nearest(rows[at + (direction === 'up' ? -1 : 1)], current.startMs) ?? current;
  }
}

function nearest(row: Row | undefined, timeMs: number): Bar | undefined {
  return row?.bars.reduce((best, each) =>
    Math.abs(each.startMs - timeMs) < Math.abs(best.startMs - timeMs) ? each : best,
  );
}

import { type ActionDone, type ActionEvents, type BuildEvent, INTERRUPTED } from '../../event/index.ts';

export interface RunningAction {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly startedAt: number;
}

/** What a build has come to, made from its events alone. */
export interface Progress {
  readonly startedAt: number;
  readonly total: number;
  readonly targets: number;
  readonly upToDate: number;
  readonly ran: number;
  readonly cached: number;
  readonly running: readonly RunningAction[];
  readonly failures: readonly ActionDone[];
  /** Ended by the user, with the build. */
  readonly interrupted: readonly ActionDone[];
  readonly skipped: readonly ActionEvents['action.skipped'][];
  /** Expected milliseconds of work that has not begun, where all of it is known from earlier builds. */
  readonly expected: Readonly<Record<string, number>>;
}

export function startProgress(startedAt: number): Progress {
  return {
    startedAt,
    total: 0,
    targets: 0,
    upToDate: 0,
    ran: 0,
    cached: 0,
    running: [],
    failures: [],
    interrupted: [],
    skipped: [],
    expected: {},
  };
}

/** How many actions have come to an end, one way or the other. */
export function settledCount({ ran, cached, failures, interrupted, skipped }: Progress): number {
  return ran + cached + failures.length + interrupted.length + skipped.length;
}

export function advance(progress: Progress, event: BuildEvent): Progress {
  switch (event.type) {
    case 'build.planned': {
      const planned = event.payload as ActionEvents['build.planned'];
      const { actions: total, targets, upToDate, expectedMs: expected = {} } = planned;
      return { ...startProgress(progress.startedAt), total, targets, upToDate, expected };
    }
    case 'action.started': {
      const { id, label, description } = event.payload as ActionEvents['action.started'];
      const action = { id, label, description, startedAt: event.time };
      return { ...progress, running: [...progress.running, action] };
    }
    case 'action.cached':
      return without({ ...progress, cached: progress.cached + 1 }, (event.payload as ActionDone).id);
    case 'action.finished': {
      const done = event.payload as ActionDone;
      return without(finished(progress, done), done.id);
    }
    case 'action.skipped': {
      const skipped = event.payload as ActionEvents['action.skipped'];
      return without({ ...progress, skipped: [...progress.skipped, skipped] }, skipped.id);
    }
    default:
      return progress;
  }
}

function finished(progress: Progress, done: ActionDone): Progress {
  if (isInterrupted(done)) return { ...progress, interrupted: [...progress.interrupted, done] };
  if (isFailure(done)) return { ...progress, failures: [...progress.failures, done] };
  return { ...progress, ran: progress.ran + 1 };
}

function without(progress: Progress, id: string): Progress {
  const { [id]: _, ...expected } = progress.expected;
  return { ...progress, expected, running: progress.running.filter((each) => each.id !== id) };
}

export function isFailure(done: ActionDone): boolean {
  return !isInterrupted(done) && (done.failure !== undefined || done.exitCode !== 0);
}

export function isInterrupted({ failure }: ActionDone): boolean {
  return failure === INTERRUPTED;
}

/** Milliseconds until the end at `jobs` actions at a time; `undefined` while too little is known. */
export function remainingMs(progress: Progress, now: number, jobs: number): number | undefined {
  const left = progress.total - settledCount(progress);
  const known = Object.entries(progress.expected);
  if (left <= 0 || known.length === 0 || known.length < left * KNOWN_SHARE) return undefined;
  const started = new Map(progress.running.map(({ id, startedAt }) => [id, startedAt]));
  let sum = 0;
  let longest = 0;
  for (const [id, expectedMs] of known) {
    const began = started.get(id);
    const restMs = Math.max(0, began === undefined ? expectedMs : expectedMs - (now - began));
    sum += restMs;
    longest = Math.max(longest, restMs);
  }
  return Math.max(longest, ((sum / known.length) * left) / Math.max(1, jobs));
}

/** With fewer known durations than this, a guess would be worse than none. */
const KNOWN_SHARE = 0.5;

import { formatDurationMs } from '../../base/index.ts';
import type { Builder } from './builder.ts';

/** A condition that the two builds did not share. */
export interface Varied {
  readonly name: string;
  readonly first: string;
  readonly second: string;
}

/** A condition that both shared, though other builds may not. */
export interface NotVaried {
  readonly name: string;
  readonly why: string;
}

export interface Conditions {
  readonly varied: readonly Varied[];
  readonly notVaried: readonly NotVaried[];
}

export interface ConditionsInput {
  readonly builders: readonly [Builder, Builder];
  /** That both are below. */
  readonly folder: string;
  /** Milliseconds between the two beginnings. */
  readonly apartMs: number;
  readonly processors: number;
  readonly hidesProcessors: boolean;
  /** Why the second builder's steps saw the machine's clock; absent where they did not. */
  readonly whyNoClock: string | undefined;
  /** Whether folders of the two list their files in another order: on the disk, and in memory. */
  readonly isOrderVaried: { readonly disk: boolean; readonly memory: boolean };
}

function below(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

const clockOf = ({ clock }: Builder): string => (clock ? `${formatDays(clock.shiftMs)} ahead` : 'as it is');

function formatDays(ms: number): string {
  return `${Math.floor(ms / DAY_MS)} days and ${formatDurationMs(ms % DAY_MS)}`;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What was varied, as it was, and what was not, and why. */
export function conditionsOf(input: ConditionsInput): Conditions {
  const [first, second] = input.builders;
  const row = (name: string, of: (builder: Builder) => string): Varied => ({
    name,
    first: of(first),
    second: of(second),
  });
  const rows = [
    row('processors', ({ visibleCores }) => String(visibleCores)),
    row('jobs', ({ jobs }) => String(jobs)),
    row('folder', ({ workspace }) => below(input.folder, workspace)),
    row('home', ({ home }) => below(input.folder, home)),
    row('user name', ({ user }) => user),
    row('umask', ({ umask }) => umask.toString(8).padStart(4, '0')),
    row('time zone', ({ timezone }) => timezone),
    row('language', ({ language, variables }) =>
      [language, variables.LC_ALL].filter(Boolean).join(', LC_ALL '),
    ),
    row(
      'environment',
      ({ variables: { LC_ALL: _, ...others } }) =>
        Object.entries(others)
          .map(([name, value]) => `${name}=${value}`)
          .join(' ') || 'nothing more',
    ),
    ...(input.isOrderVaried.disk || input.isOrderVaried.memory
      ? [row('file order', ({ fileOrder }) => fileOrder)]
      : []),
    ...(input.whyNoClock === undefined ? [row('clock', clockOf)] : []),
    { name: 'time', first: 'now', second: `${formatDurationMs(Math.round(input.apartMs))} later` },
  ];
  return { varied: rows.filter((each) => each.first !== each.second), notVaried: notVaried(input) };
}

function notVaried(input: ConditionsInput): NotVaried[] {
  const { processors, hidesProcessors, isOrderVaried, apartMs, whyNoClock } = input;
  const found: NotVaried[] = [];
  if (processors < 2) found.push({ name: 'processors', why: 'this machine has one' });
  else if (!hidesProcessors) found.push({ name: 'processors', why: '`taskset` is missing' });
  if (!isOrderVaried.disk) {
    const where = isOrderVaried.memory ? 'file order on the disk' : 'file order';
    found.push({
      name: where,
      why: 'the file system lists files in an order of its own, whatever their order of making; --second-in FOLDER takes another one',
    });
  }
  if (whyNoClock !== undefined) {
    const name = apartMs < MINUTE_MS ? 'minute, day and year' : 'day and year';
    found.push({ name, why: `clock not changed: ${whyNoClock}; --apart TIME waits longer` });
  } else
    found.push({
      name: 'clock of some',
      why: 'steps with network, RUN of images, and programs that ask the kernel without the C library (static ones, those in Go) saw the clock as it is',
    });
  found.push({ name: 'machine', why: 'processor, kernel, host name and installed tools were the same' });
  return found;
}

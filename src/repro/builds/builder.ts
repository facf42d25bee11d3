import type { Side } from '../model.ts';
import type { ShiftedClock } from './shifted-clock.ts';

/** One of two who build the same sources: where, with what and under which conditions. */
export interface Builder {
  readonly name: 'first' | 'second';
  /** The top of the copied repository. */
  readonly copy: string;
  /** The copied workspace. */
  readonly workspace: string;
  readonly home: string;
  readonly store: string;
  readonly user: string;
  readonly umask: number;
  readonly jobs: number;
  /** For `taskset`; all that we may use where absent. */
  readonly processors: string | undefined;
  readonly visibleCores: number;
  readonly timezone: string;
  readonly language: string;
  /** In which order files are made: directories list them so where the file system keeps that order. */
  readonly fileOrder: 'sorted' | 'reversed';
  readonly variables: Readonly<Record<string, string>>;
  /** What its steps see; absent: the machine's. */
  readonly clock?: ShiftedClock | undefined;
}

export interface BuilderOptions {
  /** A folder of this run's own. */
  readonly folder: string;
  /** The same for the second builder, where that is to be elsewhere. */
  readonly secondFolder?: string | undefined;
  /** Where the workspace lies in its repository: `''`, `apps/platform`. */
  readonly prefix: string;
  /** Numbers of the processors that we may use. */
  readonly processors: readonly number[];
  /** Whether `taskset` is there. */
  readonly hidesProcessors: boolean;
  /** For the second builder. */
  readonly clock?: ShiftedClock | undefined;
}

/** Two who differ in all that must not matter. */
export function makeBuilders(options: BuilderOptions): readonly [Builder, Builder] {
  const { processors, hidesProcessors } = options;
  const count = Math.max(1, processors.length);
  const isHidden = hidesProcessors && count > 1;
  const first: Builder = {
    name: 'first',
    ...placesBelow(`${options.folder}/a`, options.prefix),
    user: 'first',
    umask: 0o022,
    jobs: 1,
    processors: isHidden ? String(processors[0]) : undefined,
    visibleCores: isHidden ? 1 : count,
    timezone: 'America/St_Johns',
    language: 'C.UTF-8',
    fileOrder: 'sorted',
    variables: {},
  };
  const second: Builder = {
    name: 'second',
    ...placesBelow(
      `${options.secondFolder ?? options.folder}/second build in a longer folder`,
      options.prefix,
    ),
    user: 'someone-else',
    umask: 0o077,
    jobs: Math.max(2, count),
    processors: undefined,
    visibleCores: count,
    timezone: 'Asia/Kolkata',
    language: 'tr_TR.UTF-8',
    fileOrder: 'reversed',
    variables: { LC_ALL: 'POSIX', SOURCE_DATE_EPOCH: '1', FOO: 'bar' },
    clock: options.clock,
  };
  return [first, second];
}

function placesBelow(folder: string, prefix: string): Pick<Builder, 'copy' | 'workspace' | 'home' | 'store'> {
  const copy = `${folder}/w`;
  const workspace = prefix === '' ? copy : `${copy}/${prefix}`;
  return { copy, workspace, home: `${folder}/home`, store: `${folder}/store` };
}

/** Variables that belong to the caller alone, whichever of the two builds. */
const PRIVATE =
  /^(?:HOME|USER|LOGNAME|TZ|LANG|LANGUAGE|LC_.*|XDG_.*|MOBILEOPS_CACHE|SOURCE_DATE_EPOCH|PWD|OLDPWD|CI)$/;

/** The environment of one build: the caller's, since the configuration may name its variables, with its own conditions. */
export function variablesOf(
  builder: Builder,
  caller: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(caller).filter(([name]) => !PRIVATE.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: builder.home,
    USER: builder.user,
    LOGNAME: builder.user,
    TZ: builder.timezone,
    LANG: builder.language,
    MOBILEOPS_CACHE: builder.store,
    MOBILEOPS_FILE_ORDER: builder.fileOrder,
    ...builder.variables,
  };
}

/** What of a builder can show in what was built. */
export function sideOf(
  { workspace, home, store, copy, user, visibleCores, timezone, language, umask, clock }: Builder,
  { startedAtMs, endedAtMs }: Pick<Side, 'startedAtMs' | 'endedAtMs'>,
): Side {
  const folders = [workspace, copy, home, store];
  const seen = clock ? { clockShiftMs: clock.shiftMs } : {};
  return { startedAtMs, endedAtMs, folders, user, cores: visibleCores, timezone, language, umask, ...seen };
}

import type { Removal } from '../cas/index.ts';

/** What an action's key was made of, part by part. */
export interface ActionRecord {
  readonly key: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it saw, by place; `/w` is its working folder. */
  readonly trees: Readonly<Record<string, SeenTree>>;
  readonly salt: string;
  /** All else that is in the key, by words of the user's. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface SeenTree {
  readonly access: 'read-only' | 'scratch';
  /** `hash/size`. */
  readonly root: string;
  /** The start of each file's hash by its path, of a tree that is small enough to be written down. */
  readonly files?: Readonly<Record<string, string>>;
}

/** `incomplete`: there was a result, but the store lacked a part of what it names. */
export type Held = 'nothing' | 'incomplete' | 'whole';

/** What decided that an action was run, or was not. */
export interface Circumstances {
  readonly status: 'ran' | 'cached' | 'failed' | 'interrupted';
  readonly held: Held;
  /** Of the result, or of the part that was missing. */
  readonly removal: Removal | undefined;
  readonly isKept: boolean;
  readonly now: ActionRecord;
  /** The last time before this build that something is known of it in this workspace. */
  readonly before:
    | { readonly status: string; readonly time: number; readonly record: ActionRecord }
    | undefined;
}

const FOUND = 'its inputs are those of an earlier run, whose result was in the store';

/** In words; never empty. */
export function reasonsOf(given: Circumstances): string[] {
  const { before, now, status } = given;
  const changes = before ? changesOf(before.record, now) : [];
  if (status === 'cached')
    return [FOUND, ...changes.map((each) => `since it was last asked for here: ${each}`)];
  if (changes.length > 0) return changes;
  if (!before) return ['no earlier build of it is known in this workspace', ...absenceOf(given, undefined)];
  if (before.status === 'failed' || before.status === 'interrupted') {
    const how = before.status === 'failed' ? 'failed' : 'was interrupted';
    return [`it ${how} when it last ran, and nothing it depends on changed since`];
  }
  if (!given.isKept) return ['its result is never kept: it runs in each build that asks for it'];
  const absence = absenceOf(given, before.time);
  return [
    `nothing it depends on changed${absence.length > 0 ? '' : ', and the store did not hold its result'}`,
    ...absence,
  ];
}

/** A removal from before the result was last seen says nothing. */
function absenceOf({ held, removal }: Circumstances, seenAtMs: number | undefined): string[] {
  const known = removal && removal.atMs >= (seenAtMs ?? 0) ? removal : undefined;
  const what = held === 'incomplete' ? 'a part of its result' : 'its result';
  if (known) return [`${what} ${REMOVALS[known.by]} on ${dayOf(known.atMs)}`];
  return held === 'incomplete' ? ['the store had lost a part of its result'] : [];
}

const REMOVALS: Readonly<Record<Removal['by'], string>> = {
  gc: 'was removed by `cache gc`',
  clear: 'was removed by `cache clear`',
  verify: 'was found damaged and removed by `cache verify`',
  damage: 'was found damaged in the store and removed',
};

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function changesOf(before: ActionRecord, now: ActionRecord): string[] {
  if (before.key === now.key) return [];
  const found = [
    ...(before.argv.join('\0') === now.argv.join('\0') ? [] : ['its command changed']),
    ...namedChanges(before.env, now.env, 'variable '),
    ...treeChanges(before.trees, now.trees),
    ...namedChanges(before.settings, now.settings, 'its '),
    ...(before.salt === now.salt
      ? []
      : ['what the sandbox shows of this machine changed: a package, a tool or the kind of sandbox']),
  ];
  if (found.length > 0) return found;
  return now.settings.network === 'open'
    ? ['what this machine shows to actions with network changed']
    : ['something in its key changed that is not written down here'];
}

function namedChanges(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  kind: string,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    if (before[name] === now[name]) return [];
    const how = before[name] === undefined ? 'is new' : now[name] === undefined ? 'is gone' : 'changed';
    return [`${kind}${name} ${how}`];
  });
}

function treeChanges(before: ActionRecord['trees'], now: ActionRecord['trees']): string[] {
  const changed = Object.entries(now).flatMap(([at, seen]) => {
    const old = before[at];
    if (!old) return [`${at} is new`];
    if (old.root === seen.root) return old.access === seen.access ? [] : [`${at} is ${seen.access} now`];
    return old.files && seen.files ? fileChanges(at, old.files, seen.files) : [`${at} changed`];
  });
  const gone = Object.keys(before).filter((at) => now[at] === undefined);
  return [...changed, ...gone.map((at) => `${at} is gone`)];
}

/** More would not be read. */
const SHOWN_FILES = 10;

function fileChanges(
  at: string,
  before: NonNullable<SeenTree['files']>,
  now: NonNullable<SeenTree['files']>,
): string[] {
  const prefix = at === '/w' ? '' : `${at}/`;
  const changed = Object.keys(now)
    .filter((path) => before[path] !== now[path])
    .map((path) => `${prefix}${path} ${before[path] === undefined ? 'is new' : 'changed'}`);
  const gone = Object.keys(before)
    .filter((path) => now[path] === undefined)
    .map((path) => `${prefix}${path} is gone`);
  const all = [...changed, ...gone];
  if (all.length === 0) return [`${at} changed`];
  const rest = all.length - SHOWN_FILES;
  return rest > 0 ? [...all.slice(0, SHOWN_FILES), `and ${rest} more files below ${at}`] : all;
}

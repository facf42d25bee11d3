import { join } from 'node:path';
import { listTree, type Tree, type TreeEntry } from '../action/index.ts';
import { formatDigest, formatDurationMs, sha256 } from '../base/index.ts';
import type { Removal } from '../cas/index.ts';
import type { NetworkRecord } from '../container/index.ts';
import type { ReadyAction } from '../execution/index.ts';
import type { FileSystem } from '../host/index.ts';
import { networkLines } from './network-lines.ts';
import { type ActionRecord, type Held, reasonsOf, type SeenTree } from './reasons.ts';
import { OWN_FILE_MODE } from './state.ts';

/** A larger tree is only said to have changed. */
const LISTED_FILES = 300;
const LISTED_HASH = 16;

/** What came of an action when a build last asked for it, and why. */
export interface Explanation {
  readonly id: string;
  readonly label: string;
  readonly status: 'ran' | 'cached' | 'failed' | 'interrupted' | 'skipped';
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly durationMs: number;
  /** In words; never empty. */
  readonly reasons: readonly string[];
  /** What its run reached, where it had the machine's network in an image. */
  readonly network?: NetworkRecord;
  /** What its key was made of when it last had one. */
  readonly record?: ActionRecord;
}

/** What came of a target apart from its actions; `as-before`: after a bad build it was found as the last good one left it. */
export interface TargetNote {
  readonly kind: 'restored' | 'skipped' | 'refused' | 'as-before';
  readonly time: number;
  readonly reasons: readonly string[];
}

export interface TargetExplanation {
  readonly actions: readonly Explanation[];
  readonly note?: TargetNote;
}

interface Known {
  readonly version: 3;
  actions: Record<string, Explanation>;
}

/** By label. One file for all, since a single build may have something to say of every target. */
interface Notes {
  readonly version: 3;
  readonly notes: Record<string, TargetNote>;
}

type About = Pick<Explanation, 'id' | 'label' | 'time' | 'durationMs' | 'network'>;

/** The last explanations of a workspace, in `build-cache/explanations/`: a file a target, and one for the notes. */
export class Explanations {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #known = new Map<string, Known>();
  /** As they were when this build began: it may try twice, and the second try does not follow from the first. */
  readonly #before = new Map<string, Readonly<Record<string, Explanation>>>();
  readonly #changed = new Set<string>();
  #notes: Notes | undefined;
  #areNotesChanged = false;

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#folder = join(root, 'build-cache', 'explanations');
  }

  of(label: string): TargetExplanation {
    const { actions } = this.#load(label);
    const note = this.#loadNotes()[label];
    return { actions: Object.values(actions), ...(note ? { note } : {}) };
  }

  /** An action that had a key: it ran or was found. */
  add(
    about: About & { readonly status: 'ran' | 'cached' | 'failed' | 'interrupted' },
    action: {
      readonly ready: ReadyAction;
      readonly salt: string;
      readonly runtime: string;
      readonly held: Held;
      readonly removal: Removal | undefined;
    },
  ): void {
    const { ready, held, removal } = action;
    const record = recordOf(ready, action);
    this.#load(about.label);
    const { status, time, record: old } = this.#before.get(about.label)?.[about.id] ?? {};
    const before = old && status && time !== undefined ? { status, time, record: old } : undefined;
    const { isCacheable: isKept } = ready.planned;
    const reasons = reasonsOf({ status: about.status, held, removal, isKept, before, now: record });
    this.#set({ ...about, reasons, record });
  }

  /** An action that could not begin. */
  addWithout(about: About & { readonly status: 'failed' | 'skipped' }, reason: string): void {
    const record = this.#load(about.label).actions[about.id]?.record;
    this.#set({ ...about, reasons: [reason], ...(record ? { record } : {}) });
  }

  note(label: string, note: TargetNote): void {
    this.#loadNotes()[label] = note;
    this.#areNotesChanged = true;
  }

  /** The target was built: what was said of it no longer holds, nor what is said of actions that it no longer has. */
  settle(label: string, ids: ReadonlySet<string>): void {
    const known = this.#load(label);
    const kept = Object.entries(known.actions).filter(([id]) => ids.has(id));
    this.#forgetNote(label);
    if (kept.length === Object.keys(known.actions).length) return;
    known.actions = Object.fromEntries(kept);
    this.#changed.add(label);
  }

  save(): void {
    if (this.#changed.size > 0 || this.#areNotesChanged) this.#fs.makeDirectory(this.#folder, 0o700);
    for (const label of this.#changed) this.#write(this.#path(label), this.#known.get(label));
    if (this.#areNotesChanged) this.#write(join(this.#folder, NOTES), this.#notes);
    this.#changed.clear();
    this.#areNotesChanged = false;
  }

  /** Removed first: to replace a file by rename makes ext4 write it to the disk at once, a thousand times a millisecond. */
  #write(path: string, value: unknown): void {
    const text = JSON.stringify(value);
    this.#fs.remove(path);
    this.#fs.writeFile(path, `${sha256(text)}\n${text}`, OWN_FILE_MODE);
  }

  #set(explanation: Explanation): void {
    const known = this.#load(explanation.label);
    known.actions[explanation.id] = explanation;
    this.#forgetNote(explanation.label);
    this.#changed.add(explanation.label);
  }

  #forgetNote(label: string): void {
    const notes = this.#loadNotes();
    if (!notes[label]) return;
    delete notes[label];
    this.#areNotesChanged = true;
  }

  #loadNotes(): Record<string, TargetNote> {
    this.#notes ??= readKept<Notes>(this.#fs, join(this.#folder, NOTES)) ?? { version: 3, notes: {} };
    return this.#notes.notes;
  }

  #path(label: string): string {
    return join(this.#folder, `${encodeURIComponent(label)}.json`);
  }

  #load(label: string): Known {
    let known = this.#known.get(label);
    if (!known) {
      known = readKept<Known>(this.#fs, this.#path(label)) ?? { version: 3, actions: {} };
      this.#known.set(label, known);
      this.#before.set(label, { ...known.actions });
    }
    return known;
  }
}

const NOTES = 'notes.json';

/** `undefined` for a file that is absent, damaged or of another version. */
function readKept<T extends { readonly version: 3 }>(fs: FileSystem, path: string): T | undefined {
  const text = fs.readTextIfExists(path) ?? '';
  const body = text.slice(text.indexOf('\n') + 1);
  if (text.slice(0, text.indexOf('\n')) !== sha256(body)) return undefined;
  const kept = JSON.parse(body) as T;
  return kept.version === 3 ? kept : undefined;
}

function seenTree(tree: Tree): Omit<SeenTree, 'access'> {
  const root = formatDigest(tree.digest);
  const files = listTree(tree);
  if (files.length > LISTED_FILES) return { root };
  return { root, files: Object.fromEntries(files.map((entry) => [entry.path, shortHash(entry)])) };
}

/** The executable bit counts as content. */
function shortHash(entry: TreeEntry): string {
  if ('symlink' in entry) return `-> ${entry.symlink}`;
  return entry.digest.hash.slice(0, LISTED_HASH) + (entry.isExecutable ? 'x' : '');
}

function recordOf(
  ready: ReadyAction,
  { salt, runtime }: { readonly salt: string; readonly runtime: string },
): ActionRecord {
  const { planned, mounts, env, encoded } = ready;
  const trees = Object.fromEntries(
    [{ at: '/w', tree: ready.work, access: 'scratch' as const }, ...mounts].map(({ at, tree, access }) => [
      at,
      { ...seenTree(tree), access },
    ]),
  );
  const settings = {
    'time limit': String(planned.timeoutMs),
    network: planned.network ? 'open' : 'closed',
    staging: planned.staging,
    'declared outputs': planned.outputs.join('\n'),
    'caching (`cache`)': planned.isCacheable ? 'on' : 'off',
    ...(planned.programs ? { 'version of Node': runtime } : {}),
  };
  return { key: encoded.digest.hash, argv: planned.argv, env, trees, salt, settings };
}

/** For people: one line an action, its reasons below. */
export function explanationText(explanation: Explanation): string {
  const { id, status, time, durationMs, reasons, network } = explanation;
  const on = `on ${timeText(time)}`;
  const how = {
    ran: `ran in ${formatDurationMs(durationMs)} ${on} because`,
    cached: `was taken from the store ${on} because`,
    failed: `failed after ${formatDurationMs(durationMs)} ${on}; it ran because`,
    interrupted: `was interrupted after ${formatDurationMs(durationMs)} ${on}; it ran because`,
    skipped: `was not run ${on} because`,
  }[status];
  const reached = network ? networkLines(network) : [];
  return [`${id} ${how}`, ...[...reasons, ...reached].map((line) => `  ${line}`)].join('\n');
}

export function noteText(label: string, { kind, time, reasons }: TargetNote): string {
  const how = {
    restored: 'had something put back from the store',
    skipped: 'was not built',
    refused: 'was refused',
    'as-before': 'needed no action',
  }[kind];
  return [`${label} ${how} on ${timeText(time)} because`, ...reasons.map((reason) => `  ${reason}`)].join(
    '\n',
  );
}

export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('T', ' ').slice(0, 19);
}

import { join } from 'node:path';
import { listTree, type Tree, type TreeEntry } from '../action/index.ts';
import { formatDigest, formatDurationMs, sha256 } from '../base/index.ts';
import type { ReadyAction } from '../execution/index.ts';
import type { FileSystem } from '../host/index.ts';

/** What an action's key was made of, part by part, when it last ran or was found in the cache. */
export interface ActionRecord {
  readonly key: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it saw, by place; `/w` is its working folder. */
  readonly trees: Readonly<Record<string, SeenTree>>;
  readonly salt: string;
}

export interface SeenTree {
  /** `hash/size`. */
  readonly root: string;
  /** The start of each file's hash by its path, of a tree that is small enough to be written down. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A larger tree is only said to have changed. */
const LISTED_FILES = 300;
const LISTED_HASH = 16;

export interface Explanation {
  readonly id: string;
  readonly label: string;
  readonly status: 'ran' | 'cached' | 'failed';
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly durationMs: number;
  /** Why it was not answered as before: what changed, in words; never empty. */
  readonly reasons: readonly string[];
  readonly record: ActionRecord;
}

/** The last explanation of each action of a workspace: a file a target in `build-cache/explanations/`. */
export class Explanations {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #known = new Map<string, Record<string, Explanation>>();
  readonly #changed = new Set<string>();

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#folder = join(root, 'build-cache', 'explanations');
  }

  of(label: string): Explanation[] {
    return Object.values(this.#load(label));
  }

  add(
    explanation: Omit<Explanation, 'reasons' | 'record'>,
    action: {
      readonly ready: ReadyAction;
      readonly salt: string;
      readonly evictedAtMs?: number | undefined;
    },
  ): void {
    const { ready, salt } = action;
    const known = this.#load(explanation.label);
    const before = known[explanation.id]?.record;
    const record = recordOf(ready, salt);
    const reasons = before
      ? reasonsOf(before, record, { evictedAtMs: action.evictedAtMs })
      : ['it was not built in this workspace before'];
    known[explanation.id] = { ...explanation, reasons, record };
    this.#changed.add(explanation.label);
  }

  save(): void {
    if (this.#changed.size > 0) this.#fs.makeDirectory(this.#folder);
    for (const label of this.#changed) {
      const text = JSON.stringify(this.#known.get(label));
      this.#fs.replaceFile(this.#path(label), `${sha256(text)}\n${text}`);
    }
    this.#changed.clear();
  }

  #path(label: string): string {
    return join(this.#folder, `${encodeURIComponent(label)}.json`);
  }

  #load(label: string): Record<string, Explanation> {
    let known = this.#known.get(label);
    if (!known) {
      known = readExplanations(this.#fs, this.#path(label));
      this.#known.set(label, known);
    }
    return known;
  }
}

function readExplanations(fs: FileSystem, path: string): Record<string, Explanation> {
  const text = fs.readTextIfExists(path) ?? '';
  const body = text.slice(text.indexOf('\n') + 1);
  if (text.slice(0, text.indexOf('\n')) !== sha256(body)) return {};
  return JSON.parse(body) as Record<string, Explanation>;
}

function seenTree(tree: Tree): SeenTree {
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

function recordOf(ready: ReadyAction, salt: string): ActionRecord {
  const trees = Object.fromEntries(
    [{ at: '/w', tree: ready.work }, ...ready.mounts].map(({ at, tree }) => [at, seenTree(tree)]),
  );
  return { key: ready.encoded.digest.hash, argv: ready.planned.argv, env: ready.env, trees, salt };
}

function reasonsOf(
  before: ActionRecord,
  now: ActionRecord,
  found: { readonly evictedAtMs: number | undefined },
): string[] {
  const reasons = [...variableReasons(before.env, now.env), ...treeReasons(before, now)];
  if (before.argv.join('\0') !== now.argv.join('\0')) reasons.unshift('its command changed');
  if (before.salt !== now.salt)
    reasons.push('what the sandbox shows of this machine changed: a package, a tool or the kind of sandbox');
  if (reasons.length > 0) return reasons;
  if (before.key !== now.key) return ['one of its settings changed (time limit, network or staging)'];
  if (found.evictedAtMs === undefined)
    return ['nothing it depends on changed, and the store did not hold its result'];
  return [
    `nothing it depends on changed; its result was removed by \`cache gc\` on ${new Date(found.evictedAtMs).toISOString().slice(0, 10)}`,
  ];
}

function variableReasons(before: ActionRecord['env'], now: ActionRecord['env']): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    if (before[name] === now[name]) return [];
    const how = before[name] === undefined ? 'is new' : now[name] === undefined ? 'is gone' : 'changed';
    return [`variable ${name} ${how}`];
  });
}

/** More would not be read. */
const SHOWN_FILES = 10;

function treeReasons(before: ActionRecord, now: ActionRecord): string[] {
  return Object.entries(now.trees).flatMap(([at, seen]) => {
    const old = before.trees[at];
    if (old?.root === seen.root) return [];
    if (!old) return [`${at} is new`];
    return old.files && seen.files ? fileReasons(at, old.files, seen.files) : [`${at} changed`];
  });
}

function fileReasons(
  at: string,
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  const prefix = at === '/w' ? '' : `${at}/`;
  const changed = Object.keys(now)
    .filter((path) => before[path] !== now[path])
    .map((path) => `${prefix}${path} ${before[path] === undefined ? 'is new' : 'changed'}`);
  const gone = Object.keys(before)
    .filter((path) => now[path] === undefined)
    .map((path) => `${prefix}${path} is gone`);
  const all = [...changed, ...gone];
  const rest = all.length - SHOWN_FILES;
  return rest > 0 ? [...all.slice(0, SHOWN_FILES), `and ${rest} more files below ${at}`] : all;
}

/** For people: one line an action, its reasons below. */
export function explanationText(explanation: Explanation): string {
  const { id, status, time, durationMs, reasons } = explanation;
  const how =
    status === 'cached' ? 'was taken from the cache' : `${status} in ${formatDurationMs(durationMs)}`;
  return [
    `${id} ${how} on ${new Date(time).toISOString().replace('T', ' ').slice(0, 19)} because`,
    ...reasons.map((reason) => `  ${reason}`),
  ].join('\n');
}

import { join } from 'node:path';
import { changedTree, listTree, type Tree } from '../action/index.ts';
import { formatDigest, formatDurationMs, parseDigest, sha256 } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { ReadyAction } from '../execution/index.ts';
import type { FileSystem } from '../host/index.ts';

/** What an action's key was made of, part by part, when it last ran or was found in the cache. */
export interface ActionRecord {
  readonly key: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Roots of what it saw, by place; `/w` is its working folder. */
  readonly trees: Readonly<Record<string, string>>;
  readonly salt: string;
}

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

/** The last explanation of each action of a workspace, in `build-cache/explanations.json`. */
export class Explanations {
  readonly #fs: FileSystem;
  readonly #path: string;
  #known: Record<string, Explanation> | undefined;
  #isChanged = false;

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#path = join(root, 'build-cache', 'explanations.json');
  }

  of(label: string): Explanation[] {
    return Object.values(this.#load()).filter((each) => each.label === label);
  }

  add(
    explanation: Omit<Explanation, 'reasons' | 'record'>,
    action: {
      readonly ready: ReadyAction;
      readonly salt: string;
      readonly cas: Cas;
      readonly evictedAtMs?: number | undefined;
    },
  ): void {
    const { ready, salt, cas } = action;
    const before = this.#load()[explanation.id]?.record;
    const record = recordOf(ready, salt);
    const reasons = before
      ? reasonsOf(before, record, { ready, cas, evictedAtMs: action.evictedAtMs })
      : ['it was not built in this workspace before'];
    if (explanation.status !== 'cached') for (const { tree } of placesOf(ready)) cas.putTree(tree);
    this.#load()[explanation.id] = { ...explanation, reasons, record };
    this.#isChanged = true;
  }

  save(): void {
    if (!this.#isChanged) return;
    this.#fs.makeDirectory(join(this.#path, '..'));
    const text = JSON.stringify(this.#known);
    this.#fs.replaceFile(this.#path, `${sha256(text)}\n${text}`);
    this.#isChanged = false;
  }

  #load(): Record<string, Explanation> {
    this.#known ??= readExplanations(this.#fs, this.#path);
    return this.#known;
  }
}

function readExplanations(fs: FileSystem, path: string): Record<string, Explanation> {
  const text = fs.lstat(path)?.type === 'file' ? fs.readText(path) : '';
  const body = text.slice(text.indexOf('\n') + 1);
  if (text.slice(0, text.indexOf('\n')) !== sha256(body)) return {};
  return JSON.parse(body) as Record<string, Explanation>;
}

function placesOf(ready: ReadyAction): { readonly at: string; readonly tree: Tree }[] {
  return [{ at: '/w', tree: ready.work }, ...ready.mounts];
}

function recordOf(ready: ReadyAction, salt: string): ActionRecord {
  const trees = Object.fromEntries(placesOf(ready).map(({ at, tree }) => [at, formatDigest(tree.digest)]));
  return { key: ready.encoded.digest.hash, argv: ready.planned.argv, env: ready.env, trees, salt };
}

function reasonsOf(
  before: ActionRecord,
  now: ActionRecord,
  found: { readonly ready: ReadyAction; readonly cas: Cas; readonly evictedAtMs: number | undefined },
): string[] {
  const reasons = [...variableReasons(before.env, now.env), ...treeReasons(before, found)];
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

function treeReasons(
  before: ActionRecord,
  found: { readonly ready: ReadyAction; readonly cas: Cas },
): string[] {
  return placesOf(found.ready).flatMap(({ at, tree }) => {
    const old = before.trees[at];
    if (old === formatDigest(tree.digest)) return [];
    if (old === undefined) return [`${at} is new`];
    const root = parseDigest(old);
    const oldTree = root && found.cas.getTree(root);
    if (!oldTree) return [`${at} changed`];
    return fileReasons(at, oldTree, tree);
  });
}

function fileReasons(at: string, before: Tree, now: Tree): string[] {
  const prefix = at === '/w' ? '' : `${at}/`;
  const had = new Set(listTree(before).map(({ path }) => path));
  const has = new Set(listTree(now).map(({ path }) => path));
  const changed = listTree(changedTree(now, before)).map(
    ({ path }) => `${prefix}${path} ${had.has(path) ? 'changed' : 'is new'}`,
  );
  const gone = [...had].filter((path) => !has.has(path)).map((path) => `${prefix}${path} is gone`);
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

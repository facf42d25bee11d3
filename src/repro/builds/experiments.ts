import { join } from 'node:path';
import { openDiskStore } from '../../cas/index.ts';
import type { ActionDone } from '../../event/index.ts';
import { compareOutputs } from '../contents/compare-outputs.ts';
import type { Place } from '../model.ts';
import type { Builder } from './builder.ts';
import type { BuiltAction } from './built-actions.ts';
import { buildInChild, type ChildBuildOptions } from './child-build.ts';

/** A step run once more, to find out which condition its output depends on. */
export interface Experiment {
  /** What was as in the second build; all else was as in the first. */
  readonly condition: ConditionName;
  /** `undefined`: it could not be run. */
  readonly isSame: boolean | undefined;
  /** What of its output was not as the first build wrote it. */
  readonly places: readonly Place[];
}

export type ConditionName =
  | 'nothing'
  | 'processors'
  | 'clock'
  | 'file order'
  | 'environment and umask'
  | 'folder and disk';

export interface ExperimentOptions extends Omit<ChildBuildOptions, 'builder' | 'isEnough' | 'onEvent'> {
  readonly builders: readonly [Builder, Builder];
  /** What differs between the two builds. */
  readonly places: readonly Place[];
  /** Its inputs are the same in both builds, so that the second one's store has them too. */
  readonly hasSameInputs: boolean;
  /** What may still be used. */
  readonly budgetMs: number;
  /** Told before each of them. */
  readonly onRun: (action: BuiltAction, condition: ConditionName) => void;
}

/** Builds that only look: what lies between the start of a process and the start of an action. */
const START_MS = 2000;

/**
 * Runs a step again in the first builder's workspace, from the same inputs, first with nothing changed and then with one
 * condition after the other. Stops when the budget is used up; both results stay as they were.
 */
export async function experiment(options: ExperimentOptions, action: BuiltAction): Promise<Experiment[]> {
  const [first, second] = options.builders;
  using _first = setAside(options, first);
  using _second = setAside(options, second);
  const done: Experiment[] = [];
  let leftMs = options.budgetMs;
  const all = variations(options.builders);
  const possible = options.hasSameInputs ? all : all.filter(([condition]) => OF_OTHER_INPUTS.has(condition));
  for (const [condition, builder] of possible) {
    leftMs -= action.durationMs + START_MS;
    if (leftMs < 0 || options.signal.aborted) break;
    options.onRun(action, condition);
    done.push(await runOnce(options, action, { condition, builder }));
    if (isAllShown(options.places, done)) break;
  }
  return done;
}

/** The store of the second build does not have what the first one's step was given. */
const OF_OTHER_INPUTS: ReadonlySet<ConditionName> = new Set(['nothing', 'processors', 'clock', 'file order']);

/** Whether all that differs was seen to differ with less changed than in the second build. */
function isAllShown(places: readonly Place[], done: readonly Experiment[]): boolean {
  const shown = new Set(done.flatMap(({ places: found }) => found.map((place) => place.join('\0'))));
  return places.length > 0 && places.every((place) => shown.has(place.join('\0')));
}

function variations([first, second]: readonly [Builder, Builder]): (readonly [ConditionName, Builder])[] {
  const { processors, visibleCores, jobs, fileOrder, clock } = second;
  const { umask, user, timezone, language, variables, home, workspace, copy, store } = second;
  return [
    ['nothing', first],
    ...(first.visibleCores === visibleCores
      ? []
      : [['processors', { ...first, processors, visibleCores, jobs }] as const]),
    ...(clock ? [['clock', { ...first, clock }] as const] : []),
    ['file order', { ...first, fileOrder }],
    ['environment and umask', { ...first, umask, user, timezone, language, variables, home }],
    ['folder and disk', { ...first, workspace, copy, store, home }],
  ];
}

async function runOnce(
  options: ExperimentOptions,
  action: BuiltAction,
  { condition, builder }: { readonly condition: ConditionName; readonly builder: Builder },
): Promise<Experiment> {
  const { host, builders } = options;
  const { fs, clock, env } = host;
  const open = (root: string) => openDiskStore({ fs, clock, env, root });
  const before = open(builder.store).actions.get(action.key);
  for (const name of OWN_FOLDERS) fs.remove(join(builder.workspace, name));
  open(builder.store).actions.remove(action.key);
  try {
    await buildInChild({
      ...options,
      builder,
      onEvent: () => {},
      isEnough: ({ type, payload }) => type === 'action.finished' && (payload as ActionDone).id === action.id,
    });
    const [{ cas }, now] = [open(builders[0].store), open(builder.store)];
    const [old, root] = [action.output, now.actions.get(action.key)?.outputRoot];
    const [oldTree, tree] = [old && cas.getTree(old), root && now.cas.getTree(root)];
    if (!oldTree || !tree) return { condition, isSame: undefined, places: [] };
    const compared = await compareOutputs({ cas, tree: oldTree }, { cas: now.cas, tree });
    const places = compared.found.map(({ place }) => place);
    return { condition, isSame: places.length === 0, places };
  } finally {
    if (before) open(builder.store).actions.put(action.key, before);
  }
}

/** What a build remembers of itself and what it leaves: without it, a step is planned again. */
const OWN_FOLDERS = ['build-cache', 'dist'];

function setAside({ host: { fs } }: ExperimentOptions, { workspace, home }: Builder): Disposable {
  const aside = (name: string): string => join(home, `kept-${name}`);
  const there = OWN_FOLDERS.filter((name) => fs.lstat(join(workspace, name)));
  for (const name of there) fs.rename(join(workspace, name), aside(name));
  return {
    [Symbol.dispose]: () => {
      for (const name of OWN_FOLDERS) fs.remove(join(workspace, name));
      for (const name of there) fs.rename(aside(name), join(workspace, name));
    },
  };
}

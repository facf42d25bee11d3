import type { Digest } from '../../base/index.ts';
import type { ActionCache } from '../../cas/index.ts';
import type { ActionDone, BuildEvent } from '../../event/index.ts';

/** An action of one build with what it was made from and what it left. */
export interface BuiltAction {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly key: Digest;
  /** Root of its output; absent where results of that action are not kept. */
  readonly output: Digest | undefined;
  readonly durationMs: number;
}

/** The actions of a build by their ids, in the order in which they ended. */
export function builtActions(
  events: readonly BuildEvent[],
  actions: ActionCache,
): ReadonlyMap<string, BuiltAction> {
  const built = new Map<string, BuiltAction>();
  for (const { type, payload } of events) {
    if (type !== 'action.finished' && type !== 'action.cached') continue;
    const { id, label, description, action: key, durationMs, failure } = payload as ActionDone;
    if (!key || failure !== undefined) continue;
    built.set(id, { id, label, description, key, output: actions.get(key)?.outputRoot, durationMs });
  }
  return built;
}

export interface ActionPair {
  readonly a: BuiltAction;
  readonly b: BuiltAction;
}

export interface ComparedActions {
  /** Equal inputs gave different outputs: here it begins. */
  readonly culprits: readonly ActionPair[];
  /** Their inputs differed already, and so did their outputs. */
  readonly followers: readonly ActionPair[];
  /** Inputs differed and outputs did not: there it ended. */
  readonly ended: readonly ActionPair[];
  /** Equal inputs, and nobody keeps what they left. */
  readonly unknown: readonly ActionPair[];
  /** Only one of the builds had it. */
  readonly single: readonly BuiltAction[];
}

export function compareActions(
  a: ReadonlyMap<string, BuiltAction>,
  b: ReadonlyMap<string, BuiltAction>,
): ComparedActions {
  const pairs = [...a.values()].flatMap((one) => {
    const two = b.get(one.id);
    return two ? [{ a: one, b: two }] : [];
  });
  const sameKey = ({ a: one, b: two }: ActionPair): boolean => one.key.hash === two.key.hash;
  const isKnown = ({ a: one, b: two }: ActionPair): boolean =>
    one.output !== undefined && two.output !== undefined;
  const sameOutput = ({ a: one, b: two }: ActionPair): boolean => one.output?.hash === two.output?.hash;
  const known = pairs.filter(isKnown);
  return {
    culprits: known.filter((pair) => sameKey(pair) && !sameOutput(pair)),
    followers: known.filter((pair) => !sameKey(pair) && !sameOutput(pair)),
    ended: known.filter((pair) => !sameKey(pair) && sameOutput(pair)),
    unknown: pairs.filter((pair) => !isKnown(pair)),
    single: [
      ...[...a.values()].filter(({ id }) => !b.has(id)),
      ...[...b.values()].filter(({ id }) => !a.has(id)),
    ],
  };
}

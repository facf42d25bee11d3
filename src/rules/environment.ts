import type { Mount, PlannedAction } from '../action/index.ts';
import { OWN_COMMANDS, type OwnCommandName } from './own-commands.ts';
import type { RuleContext, ToolName } from './rule.ts';

/** Something that steps find ready: mounts, folders for PATH, variables, and the actions that make it. */
export interface Environment {
  readonly actions: readonly PlannedAction[];
  readonly mounts: readonly Mount[];
  /** First wins. */
  readonly path: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const EMPTY_ENVIRONMENT: Environment = { actions: [], mounts: [], path: [], env: {} };

/** Earlier ones win on PATH and in variables; a mount that two bring stands once. */
export function joinEnvironments(environments: readonly Environment[]): Environment {
  const mounts = new Map<string, Mount>();
  const actions = new Map<string, PlannedAction>();
  let env: Readonly<Record<string, string>> = {};
  for (const each of environments) {
    for (const mount of each.mounts) if (!mounts.has(mount.at)) mounts.set(mount.at, mount);
    for (const action of each.actions) actions.set(action.id, action);
    env = { ...each.env, ...env };
  }
  const path = [...new Set(environments.flatMap((each) => each.path))];
  return { actions: [...actions.values()], mounts: [...mounts.values()], path, env };
}

export function toolEnvironment(
  context: Pick<RuleContext, 'toolchain'>,
  names: readonly ToolName[],
): Environment {
  return joinEnvironments(
    names.map((name) => {
      const { mounts, path, env } = context.toolchain(name);
      return { actions: [], mounts, path, env };
    }),
  );
}

/** A call of one of our own commands at the version that rules are written for. */
export function ownCommand(
  context: Pick<RuleContext, 'ownCommand'>,
  name: OwnCommandName,
  args: readonly string[],
): Pick<PlannedAction, 'argv' | 'programs' | 'mounts'> {
  return context.ownCommand(name, OWN_COMMANDS[name], args);
}

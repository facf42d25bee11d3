import type { TreeExpression } from '../../action/index.ts';
import type { ServeSettings } from '../../config/index.ts';
import { type Environment, joinEnvironments, ownCommand } from '../environment.ts';
import type { PlannedService, RuleContext } from '../rule.ts';
import { stepAction } from '../step.ts';

const SETTINGS = 'mobileops-serve.json';
const REPORT = 'mobileops-load.json';
/** Beside what is asked for: the warm-up of each path, and the end. */
const MORE_MS = 60_000;

/** Starts the component as its build left it, and loads it. What the clock tells is never remembered. */
export function plannedService(
  context: RuleContext,
  serve: ServeSettings,
  { built, environment }: { readonly built: TreeExpression; readonly environment: Environment },
): PlannedService {
  const { command, ...rest } = serve;
  const content = `${JSON.stringify({ command: command.value, ...rest }, undefined, 1)}\n`;
  const own = ownCommand(context, 'serve-load', [SETTINGS, REPORT]);
  const mounts = { actions: [], mounts: own.mounts, path: [], env: {} };
  const action = stepAction(context, {
    name: 'serve',
    mnemonic: 'Load',
    description: `load the service (${serve.paths.length} path${serve.paths.length === 1 ? '' : 's'})`,
    argv: own.argv,
    work: {
      kind: 'merge',
      of: [built, { kind: 'literal', files: [{ path: SETTINGS, content, isExecutable: false }] }],
    },
    environment: joinEnvironments([environment, mounts]),
    outputs: [REPORT],
    settings: {
      cache: false,
      timeoutMs: serve.startTimeoutMs + serve.paths.length * (serve.durationMs + 2000) + MORE_MS,
    },
  });
  return {
    action: { ...action, callsMachine: true, ...(own.programs ? { programs: own.programs } : {}) },
    command: command.value,
    report: REPORT,
  };
}

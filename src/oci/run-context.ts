import { ok, type Result } from '../base/index.ts';
import { expandWord } from './expand-word.ts';
import type { RunStep } from './image-plan.ts';
import { type MountFailure, type RunMount, readMount } from './run-mount.ts';
import {
  argvOf,
  lookupVariable,
  type PlanScope,
  resolvePath,
  type StageState,
  type StepFailure,
} from './stage-state.ts';

/** All that a RUN is started with, apart from the files under it. */
export interface RunContext {
  readonly argv: readonly string[];
  /**
   * ENV, and the ARGs in scope. HOME is here only where the image sets it: else it is the user's of `/etc/passwd`.
   * Variables of secrets are not here.
   */
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** `user[:group]` by names or numbers, as USER says; empty for 0:0. */
  readonly user: string;
  readonly mounts: readonly RunMount[];
  readonly network: RunStep['network'];
  /** An executable file that only this RUN sees, read-only. */
  readonly file?: { readonly path: string; readonly content: string };
}

/** Given from outside they reach a RUN without being declared, in upper and lower case. */
const PROXY_ARGS = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

/**
 * What a RUN in `state` is started with. Pure, so that whoever runs it can ask once the base's configuration is known.
 * A failure of kind `unknown` cannot come from a state that began on a known base.
 */
export function runContext(
  state: StageState,
  step: RunStep,
  scope: PlanScope,
): Result<RunContext, StepFailure | MountFailure> {
  const workingDirectory = state.config.WorkingDir || '/';
  const mounts: RunMount[] = [];
  for (const words of step.mounts) {
    const mount = readMount(words, mountPlace(state, scope));
    if (!mount.ok) return mount;
    mounts.push(mount.value);
  }
  return ok({
    argv: argvOf(step.command, state.shell),
    env: environmentOf(state, scope),
    workingDirectory,
    user: state.config.User ?? '',
    mounts,
    network: step.network,
    ...(step.file ? { file: step.file } : {}),
  });
}

/** How the words of a mount are read in a state. */
export function mountPlace(state: StageState, scope: PlanScope): Parameters<typeof readMount>[1] {
  return {
    expand: (word) =>
      expandWord(word, { escape: scope.escape, lookup: (name) => lookupVariable(state, name) }),
    resolve: (path) => resolvePath(state.config.WorkingDir, path),
  };
}

function environmentOf(state: StageState, { buildArgs }: PlanScope): Record<string, string> {
  const env = new Map<string, string>();
  for (const name of PROXY_ARGS) {
    const value = buildArgs[name] ?? buildArgs[name.toLowerCase()];
    if (value !== undefined) env.set(name, value).set(name.toLowerCase(), value);
  }
  for (const entry of state.config.Env ?? []) {
    const equals = entry.indexOf('=');
    if (equals > 0) env.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  for (const [name, value] of Object.entries(state.args)) if (value !== undefined) env.set(name, value);
  return Object.fromEntries(env);
}

import { fail, ok, type Result } from '../base/index.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { expandWord, type Variable, type WordFailure } from './expand-word.ts';
import { cleanPath } from './ignore-file.ts';
import type { ContainerConfig, Healthcheck, ImageConfig } from './image.ts';
import type { CommandLine, HealthcheckStep, ImagePlan, Step } from './image-plan.ts';
import { parseJson } from './parse-json.ts';
import { isSignal, parsePort } from './ports-and-signals.ts';

/** What a stage's instructions add up to, as far as they do not touch files. A value: `applyStep` gives a new one. */
export interface StageState {
  readonly config: ContainerConfig;
  readonly author?: string;
  /** ARGs declared so far; `undefined` for one without a value. */
  readonly args: Readonly<Record<string, string | undefined>>;
  readonly shell: readonly string[];
  /** True once the stage's own CMD is set: an ENTRYPOINT then leaves it. */
  readonly hasOwnCommand: boolean;
  /** True where the base's environment is not known, so that an undeclared variable may still have a value. */
  readonly isBaseUnknown: boolean;
}

export type PlanScope = Pick<ImagePlan, 'escape' | 'buildArgs' | 'globalArgs'>;

/** Why a step cannot be applied: what the user has to change, or a value that is not known yet. */
export type StepFailure = WordFailure | { readonly kind: 'invalid'; readonly message: string };

/** As Docker has it where an image does not say. */
export const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** As a stage begins: empty, or with what its base says. As Docker does, PATH is set where the base sets none. */
export function startStage(base: ImageConfig | 'scratch' | 'unknown'): StageState {
  const config = typeof base === 'string' ? {} : (base.config ?? {});
  const env = config.Env ?? [];
  const hasPath = base === 'unknown' || env.some((each) => each.startsWith('PATH='));
  return {
    config: {
      ...(base === 'scratch' ? { WorkingDir: '/' } : {}),
      ...config,
      Env: hasPath ? env : [...env, `PATH=${DEFAULT_PATH}`],
    },
    ...(typeof base === 'string' || base.author === undefined ? {} : { author: base.author }),
    args: {},
    shell: config.Shell ?? DEFAULT_SHELL,
    hasOwnCommand: false,
    isBaseUnknown: base === 'unknown',
  };
}

/** The state of a stage that begins where `state` ended: the own-command mark and ONBUILD triggers do not pass on. */
export function continueStage(state: StageState): StageState {
  return { ...withoutTriggers(state), hasOwnCommand: false };
}

/** Once a base's ONBUILD triggers were carried out, its images do not have them. */
export function withoutTriggers(state: StageState): StageState {
  const { OnBuild: _, ...config } = state.config;
  return { ...state, config };
}

/** A state as a segment hands it to the next. */
export function stageStateText(state: StageState): string {
  return canonicalJson({
    ...state,
    args: Object.entries(state.args).map(([name, value]) => [name, value ?? null]),
  } as unknown as Json);
}

/** Reads what `stageStateText` wrote, which comes from our own command; only its outline is checked. */
export function parseStageState(text: string): StageState | undefined {
  const state = parseJson(text) as (Omit<StageState, 'args'> & { args: unknown }) | undefined;
  if (typeof state !== 'object' || state === null || typeof state.config !== 'object') return undefined;
  if (!Array.isArray(state.args) || !Array.isArray(state.shell)) return undefined;
  const args = (state.args as [string, string | null][]).map(([name, value]) => [name, value ?? undefined]);
  return { ...state, args: Object.fromEntries(args) };
}

/** The value of a word in this state; of ENV and ARG the one that came later. */
export function expandIn(state: StageState, scope: PlanScope, word: string): Result<string, WordFailure> {
  return expandWord(word, { escape: scope.escape, lookup: (name) => lookupVariable(state, name) });
}

export function lookupVariable(state: StageState, name: string): Variable {
  const isArg = Object.hasOwn(state.args, name);
  const value = isArg ? state.args[name] : undefined;
  if (value !== undefined) return { kind: 'set', value };
  const entry = state.config.Env?.find((each) => each.startsWith(`${name}=`));
  if (entry !== undefined) return { kind: 'set', value: entry.slice(name.length + 1) };
  return { kind: state.isBaseUnknown && !isArg ? 'unknown' : 'unset' };
}

/** Applies an instruction to the configuration; COPY and RUN change nothing here. */
export function applyStep(state: StageState, step: Step, scope: PlanScope): Result<StageState, StepFailure> {
  const expand = (word: string): Result<string, WordFailure> => expandIn(state, scope, word);
  const config = (change: ContainerConfig): Result<StageState, never> =>
    ok({ ...state, config: { ...state.config, ...change } });
  switch (step.do) {
    case 'arg':
      return declareArgs(state, step.args, scope);
    case 'env': {
      const pairs = expandPairs(step.pairs, expand);
      return pairs.ok ? ok(setVariables(state, pairs.value)) : pairs;
    }
    case 'label': {
      const pairs = expandPairs(step.pairs, expand);
      return pairs.ok
        ? config({ Labels: { ...state.config.Labels, ...Object.fromEntries(pairs.value) } })
        : pairs;
    }
    case 'copy':
    case 'run':
      return ok(state);
    case 'onbuild':
      return config({ OnBuild: [...(state.config.OnBuild ?? []), step.trigger] });
    case 'workdir':
    case 'user':
    case 'stopsignal': {
      const value = expand(step.word);
      return value.ok ? setWord(state, step.do, value.value) : value;
    }
    case 'expose': {
      const ports = expandAll(step.words, expand, (value) =>
        value.split(/\s+/).filter((each) => each !== ''),
      );
      return ports.ok ? exposePorts(state, ports.value) : ports;
    }
    case 'volume': {
      const paths = expandAll(step.words, expand, (value) => [value]);
      if (!paths.ok) return paths;
      if (paths.value.includes('')) return invalid('a volume has an empty path');
      return config({ Volumes: { ...state.config.Volumes, ...setOf(paths.value) } });
    }
    case 'cmd':
      return ok({
        ...state,
        config: { ...state.config, Cmd: argvOf(step.command, state.shell) },
        hasOwnCommand: true,
      });
    case 'entrypoint': {
      const { Cmd, ...rest } = state.config;
      const kept = state.hasOwnCommand && Cmd ? { Cmd } : {};
      return ok({ ...state, config: { ...rest, ...kept, Entrypoint: argvOf(step.command, state.shell) } });
    }
    case 'shell':
      return ok({ ...state, shell: step.argv, config: { ...state.config, Shell: step.argv } });
    case 'healthcheck':
      return config({ Healthcheck: healthcheckOf(step.check) });
    case 'maintainer':
      return ok({ ...state, author: step.name });
  }
}

/** Applies instructions one after the other; the first failure ends it. */
export function applySteps(
  state: StageState,
  steps: readonly Step[],
  scope: PlanScope,
): Result<StageState, StepFailure> {
  let current = state;
  for (const step of steps) {
    const next = applyStep(current, step, scope);
    if (!next.ok) return next;
    current = next.value;
  }
  return ok(current);
}

function setWord(
  state: StageState,
  what: 'workdir' | 'user' | 'stopsignal',
  value: string,
): Result<StageState, StepFailure> {
  if (what === 'stopsignal' && !isSignal(value)) return invalid(`${value} is not a signal`);
  const change =
    what === 'workdir'
      ? { WorkingDir: resolvePath(state.config.WorkingDir, value) }
      : what === 'user'
        ? { User: value }
        : { StopSignal: value };
  return ok({ ...state, config: { ...state.config, ...change } });
}

function declareArgs(
  state: StageState,
  args: readonly { readonly name: string; readonly word?: string }[],
  scope: PlanScope,
): Result<StageState, StepFailure> {
  let current = state;
  for (const { name, word } of args) {
    const fallback = word === undefined ? ok(scope.globalArgs[name]) : expandIn(current, scope, word);
    if (!fallback.ok) return fallback;
    const value = Object.hasOwn(scope.buildArgs, name) ? scope.buildArgs[name] : fallback.value;
    current = { ...current, args: { ...current.args, [name]: value } };
  }
  return ok(current);
}

function expandPairs(
  pairs: readonly (readonly [string, string])[],
  expand: (word: string) => Result<string, WordFailure>,
): Result<[string, string][], StepFailure> {
  const expanded: [string, string][] = [];
  for (const [nameWord, valueWord] of pairs) {
    const name = expand(nameWord);
    const value = expand(valueWord);
    if (!name.ok) return name;
    if (!value.ok) return value;
    if (name.value === '') return invalid('a name is empty');
    expanded.push([name.value, value.value]);
  }
  return ok(expanded);
}

function expandAll(
  words: readonly string[],
  expand: (word: string) => Result<string, WordFailure>,
  split: (value: string) => string[],
): Result<string[], StepFailure> {
  const values: string[] = [];
  for (const word of words) {
    const value = expand(word);
    if (!value.ok) return value;
    values.push(...split(value.value));
  }
  return ok(values);
}

/** From here on an ARG of the same name does not count. */
function setVariables(state: StageState, pairs: readonly [string, string][]): StageState {
  const names = new Set(pairs.map(([name]) => name));
  const args = Object.fromEntries(Object.entries(state.args).filter(([name]) => !names.has(name)));
  const Env = pairs.reduce(setVariable, state.config.Env ?? []);
  return { ...state, args, config: { ...state.config, Env } };
}

/** Keeps a variable's place when it is set again. */
function setVariable(env: readonly string[], [name, value]: readonly [string, string]): readonly string[] {
  const entry = `${name}=${value}`;
  const at = env.findIndex((each) => each.startsWith(`${name}=`));
  return at < 0 ? [...env, entry] : env.with(at, entry);
}

function exposePorts(state: StageState, ports: readonly string[]): Result<StageState, StepFailure> {
  const exposed: string[] = [];
  for (const port of ports) {
    const parsed = parsePort(port);
    if (!parsed) return invalid(`${port} is not a port or a range of ports`);
    for (let each = parsed.first; each <= parsed.last; each++) exposed.push(`${each}/${parsed.protocol}`);
  }
  const ExposedPorts = { ...state.config.ExposedPorts, ...setOf(exposed) };
  return ok({ ...state, config: { ...state.config, ExposedPorts } });
}

function setOf(names: readonly string[]): Record<string, Record<string, never>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** Exec form as it is, shell form behind the shell in force. */
export function argvOf(command: CommandLine, shell: readonly string[]): readonly string[] {
  return command.form === 'exec' ? command.argv : [...shell, command.script];
}

function healthcheckOf(check: HealthcheckStep): Healthcheck {
  if (!check.command) return { Test: ['NONE'] };
  const { command } = check;
  const Test = command.form === 'exec' ? ['CMD', ...command.argv] : ['CMD-SHELL', command.script];
  return {
    Test,
    ...(check.intervalNs === undefined ? {} : { Interval: check.intervalNs }),
    ...(check.timeoutNs === undefined ? {} : { Timeout: check.timeoutNs }),
    ...(check.startPeriodNs === undefined ? {} : { StartPeriod: check.startPeriodNs }),
    ...(check.startIntervalNs === undefined ? {} : { StartInterval: check.startIntervalNs }),
    ...(check.retries === undefined ? {} : { Retries: check.retries }),
  };
}

/** Absolute and clean; a relative path starts in the folder in force, `/` at first. */
export function resolvePath(workingDirectory: string | undefined, path: string): string {
  return `/${cleanPath(path.startsWith('/') ? path : `${workingDirectory ?? '/'}/${path}`).replace(/^(\.\.\/?)+/, '')}`;
}

function invalid(message: string): Result<never, StepFailure> {
  return fail({ kind: 'invalid', message });
}

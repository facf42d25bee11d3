import {
  DEFAULT_RESOURCES,
  DEFAULT_TIMEOUT_MS,
  type Mount,
  type PlannedAction,
  type SourceFolder,
  type TreeExpression,
} from '../action/index.ts';
import { formatLabel, type Label } from '../base/index.ts';
import type { TargetSettings } from '../config/index.ts';
import type { Environment } from './environment.ts';
import type { RuleContext, SourceView, Stamp } from './rule.ts';

/** What a command of the user or a test runner runs with. */
export interface StepOptions {
  /** The part of the action's id behind `#`. */
  readonly name: string;
  readonly mnemonic: string;
  readonly description: string;
  readonly argv: readonly string[];
  readonly work: TreeExpression;
  readonly environment: Environment;
  /** Relative to `/w`; all of it unless told. */
  readonly outputs?: readonly string[];
  /** What this step says differently from its target. */
  readonly settings?: Partial<
    Pick<TargetSettings, 'env' | 'network' | 'stamp' | 'timeoutMs' | 'cache' | 'resources'>
  >;
  readonly staging?: 'copy';
}

/**
 * An action of the target with its dependencies, environment and settings. With the target's sources, what it prints of them is
 * told as they lie in the workspace.
 */
export function stepAction(
  context: Pick<RuleContext, 'target' | 'spec' | 'settings' | 'dependency'> &
    Partial<Pick<RuleContext, 'sources'>>,
  options: StepOptions,
): PlannedAction {
  const { target, spec, settings, sources } = context;
  const { environment } = options;
  const own = { ...spec, ...options.settings };
  const env = { ...spec.env, ...options.settings?.env };
  const resources = { ...spec.resources, ...options.settings?.resources };
  return {
    id: `${formatLabel(target.label)}#${options.name}`,
    owner: target.label,
    mnemonic: options.mnemonic,
    description: options.description,
    argv: options.argv,
    env: {
      ...environment.env,
      ...dependencyVariables(context),
      ...(own.stamp ? stampVariables(settings.stamp) : {}),
      ...env,
      ...joined('PYTHONPATH', [env.PYTHONPATH, environment.env.PYTHONPATH]),
      PATH: [...(env.PATH ? [env.PATH] : []), ...environment.path].join(':'),
    },
    work: options.work,
    mounts: [...environment.mounts, ...dependencyMounts(context)],
    outputs: options.outputs ?? [''],
    network: own.network,
    timeoutMs: own.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    resources: {
      cpus: resources.cpus ?? DEFAULT_RESOURCES.cpus,
      memoryBytes: resources.memoryBytes ?? DEFAULT_RESOURCES.memoryBytes,
    },
    staging: options.staging ?? 'overlay',
    isCacheable: own.cache,
    ...(sources ? { sourceFolder: sourceFolder(target.directory, sources) } : {}),
  };
}

/** Paths are listed only once something was printed that may be one. */
function sourceFolder(directory: string, sources: SourceView): SourceFolder {
  let known: ReadonlySet<string> | undefined;
  return {
    directory,
    has: (path) => {
      known ??= new Set(sources.paths);
      return known.has(path);
    },
  };
}

/** A list variable that both the target and a tool have a part in. */
function joined(name: string, parts: readonly (string | undefined)[]): Record<string, string> {
  const given = parts.filter((part) => part !== undefined && part !== '');
  return given.length > 0 ? { [name]: given.join(':') } : {};
}

/** `/deps/component/network`. */
export function dependencyPath(label: Label): string {
  return `/deps/${label.kind}/${label.name}`;
}

function dependencyMounts({ target, dependency }: Pick<RuleContext, 'target' | 'dependency'>): Mount[] {
  return target.needs.map(({ label }) => ({
    at: dependencyPath(label),
    tree: dependency(label),
    access: 'read-only' as const,
  }));
}

/** `DEPS=/deps`, and for each needed target its place: `DEPS_COMPONENT_NETWORK=/deps/component/network`. */
function dependencyVariables({ target }: Pick<RuleContext, 'target'>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { label } of target.needs) {
    variables.DEPS = '/deps';
    const name = `DEPS_${label.kind}_${label.name}`.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    variables[name] = dependencyPath(label);
  }
  return variables;
}

function stampVariables(stamp: Stamp): Record<string, string> {
  return {
    BUILD_VERSION: stamp.version,
    BUILD_NUMBER: String(stamp.buildNumber),
    BUILD_ID: stamp.buildId,
    GIT_COMMIT: stamp.commit,
    SOURCE_DATE_EPOCH: String(stamp.commitTime),
  };
}

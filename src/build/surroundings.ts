import { join } from 'node:path';
import { sha256 } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { BuildSettings, Stamp } from '../rules/index.ts';
import { buildIdOf, type Commit, headText, readCommit } from './commit.ts';
import { architectureOf, imageArchitectures, presentLocale } from './machine.ts';
import type { OpenedWorkspace } from './opened-workspace.ts';
import { textWithoutPlaces } from './place-free.ts';
import { type Program, programFingerprint } from './program.ts';
import type { BuildState } from './state.ts';

/** Stands in the names of images where nobody named a registry. */
export const NO_REGISTRY = 'localhost';

/** Values of the build as a whole. */
export function buildSettings(host: Host, opened: OpenedWorkspace, commit: Commit): BuildSettings {
  const { configuration } = opened.workspace;
  const { variables } = host.env;
  const registry = configuration.artifacts.find((artifact) => artifact.type === 'container')?.registry;
  return {
    timezone: configuration.environment.timezone,
    locale: presentLocale(host.fs, configuration.environment.locale),
    architecture: architectureOf(host),
    architectures: imageArchitectures(host, configuration),
    registry: variables.REGISTRY ?? registry ?? NO_REGISTRY,
    stamp: stampOf(variables, configuration.version, commit),
  };
}

export function stampOf(variables: Readonly<Record<string, string>>, version: string, commit: Commit): Stamp {
  const number = Number(variables.BUILD_NUMBER ?? '1');
  return {
    version: variables.BUILD_VERSION ?? version,
    buildNumber: Number.isSafeInteger(number) && number > 0 ? number : 1,
    buildId: variables.BUILD_ID ?? buildIdOf(commit),
    commit: variables.GIT_COMMIT ?? commit.hash,
    commitTime: commit.time,
  };
}

/** Asked of git only when another commit is checked out. */
export async function rememberedCommit(host: Host, root: string, state: BuildState): Promise<Commit> {
  const key = `commit ${sha256(headText(host.fs, root))}`;
  const known = state.facts[key];
  if (known !== undefined) return JSON.parse(known) as Commit;
  const { fs, processes, env } = host;
  const commit = await readCommit({ fs, processes, variables: env.variables, root });
  for (const name of Object.keys(state.facts)) if (name.startsWith('commit ')) state.forgetFact(name);
  state.rememberFact(key, JSON.stringify(commit));
  return commit;
}

export interface SurroundingsInput {
  readonly host: Host;
  readonly program: Program;
  readonly opened: OpenedWorkspace;
  readonly settings: BuildSettings;
  /** Stamp of the host files that decide how tools are resolved. */
  readonly tools: string;
  readonly timeoutMs: number | undefined;
}

/** Digest of everything that is the same for all targets of a build, but for the stamp and what some see of the machine. */
export function surroundingsOf(input: SurroundingsInput): string {
  const { host, opened, settings } = input;
  const lock = host.fs.readTextIfExists(join(opened.root, 'mobileops.lock'));
  const { timezone, locale, architecture, registry } = settings;
  // Whether the lock still holds follows from them, and they need not be any target's sources.
  const { python, node } = opened.workspace.configuration.dependencies;
  const manifests = [...python, ...node].map(({ value }) => {
    const text = host.fs.readTextIfExists(join(opened.root, value));
    return `${value} ${text === undefined ? 'absent' : sha256(text)}`;
  });
  const configuration = textWithoutPlaces(opened.workspace.configuration);
  return sha256(
    [
      programFingerprint(host.fs, input.program),
      host.env.runtimeVersion,
      configuration,
      lock === undefined ? 'no lock' : sha256(lock),
      ...manifests,
      input.tools,
      [timezone, locale, architecture, registry, input.timeoutMs].join(' '),
    ].join('\n'),
  );
}

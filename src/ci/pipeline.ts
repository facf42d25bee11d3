import type { BuildConfiguration } from '../config/index.ts';

/** What a pipeline does, one after the other. */
export interface CiStep {
  readonly name: string;
  /** A command of the user, by `bash -c` at the root (`shownAs`: one of ours in short), or the words of one of our verbs. */
  readonly run:
    | { readonly command: string; readonly shownAs?: string }
    | { readonly words: readonly string[] };
  /** Why it is passed over. */
  readonly notRun?: string;
  /** How long it may take, where the step says so itself. */
  readonly limitMs?: number;
}

export interface PipelineOptions {
  readonly configuration: Pick<BuildConfiguration, 'buildSteps' | 'version'>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Shell scripts of `scripts/`, relative to the workspace. */
  readonly scripts: readonly string[];
}

/** Where the reports of `check` lie, relative to the workspace. */
export const GATE_REPORTS = ['json', 'html', 'xml'].map((form) => `build-cache/ci/gates.${form}`);

const PHASES: Readonly<Record<string, (version: string) => readonly string[]>> = {
  prepare: () => ['prepare', '--tests'],
  validate: () => ['validate'],
  build: () => ['build', 'all'],
  images: () => ['images', 'all'],
  test: () => ['test'],
  check: () => ['check', ...GATE_REPORTS.flatMap((file) => ['--report', file])],
  scan: () => ['scan'],
  package: () => ['package'],
  release: (version) => ['release', `v${version}`],
  publish: () => ['publish'],
};

/** Of a workspace that names no steps: everything, and a release where there is something to release. */
const STANDARD = ['validate', 'prepare', 'build', 'check', 'package', 'release', 'publish'];

/** The syntax of the scripts first, since steps run them; then the global steps in their order, or else what every platform needs. */
export function pipelineOf({ configuration, variables, scripts }: PipelineOptions): CiStep[] {
  const version = (variables.BUILD_VERSION || configuration.version).replace(/^v/, '');
  const phase = (name: string): CiStep['run'] => ({ words: PHASES[name]!(version) });
  const steps = configuration.buildSteps.map(
    ({ name, command, uses, timeoutMs }): CiStep => ({
      name,
      run: command ? { command: command.value } : phase(uses!.value),
      ...(timeoutMs === undefined ? {} : { limitMs: timeoutMs }),
    }),
  );
  const standard = STANDARD.map((name): CiStep => {
    const notRun = reasonNotTo(name, variables);
    return { name, run: phase(name), ...(notRun === undefined ? {} : { notRun }) };
  });
  return [...syntaxStep(scripts), ...(steps.length > 0 ? steps : standard)];
}

function syntaxStep(scripts: readonly string[]): CiStep[] {
  if (scripts.length === 0) return [];
  const checks = scripts.map((path) => `bash -n ${quoted(path)} || failed=1`);
  const command = ['failed=0', ...checks, 'exit $failed'].join('\n');
  return [{ name: 'script-syntax', run: { command, shownAs: 'bash -n scripts/*.sh' } }];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A version is released once, so that not every run can release the version of the declaration. */
function reasonNotTo(
  phase: string,
  { BUILD_VERSION, ...variables }: PipelineOptions['variables'],
): string | undefined {
  if (phase === 'package' && BUILD_VERSION) return 'the release has an archive of its own';
  if (phase !== 'release' && phase !== 'publish') return undefined;
  if (!BUILD_VERSION) return 'BUILD_VERSION is not set: there is nothing to release';
  if (phase === 'release' || variables.ARTIFACT_REPO_URL || variables.PUSH_IMAGES === 'true')
    return undefined;
  return 'neither ARTIFACT_REPO_URL nor PUSH_IMAGES says where to';
}

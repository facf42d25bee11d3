import { type Checked, formatLabel, hasErrors } from '../base/index.ts';
import {
  type GatheredRequirements,
  gatherRequirements,
  type Lockfile,
  lockProblems,
  needsLock,
  type Requirements,
  readLock,
  type TargetNeeds,
  type TargetProblem,
} from '../dependencies/index.ts';
import type { Target } from '../graph/index.ts';
import type { Host } from '../host/index.ts';
import {
  type OutsideSettings,
  requirementsOf,
  type SourceView,
  type TargetRequirements,
  type ToolName,
} from '../rules/index.ts';
import { toolRequirements } from '../toolchain/index.ts';
import { architectureOf, imageArchitectures } from './machine.ts';
import type { OpenedWorkspace } from './opened-workspace.ts';
import type { BuildRequest } from './outcome.ts';

export { checkToolsOf, lockedCheckTools, needsOfTools } from './check-tools.ts';
export { needsTakenHere } from './runnable.ts';

/** What the targets want from the lock and the machine. */
export interface Wants {
  readonly byLabel: ReadonlyMap<string, TargetRequirements>;
  readonly needs: readonly TargetNeeds[];
  /** Of all of them. */
  readonly tools: readonly ToolName[];
}

export type KnownRequirements = (label: string) => TargetRequirements | undefined;

/** What of the workspace and the machine the requirements of images depend on. */
export function outsideSettings(
  host: Pick<Host, 'env'>,
  { workspace }: Pick<OpenedWorkspace, 'workspace'>,
): OutsideSettings {
  const { configuration } = workspace;
  return {
    imagePrefix: configuration.imagePrefix,
    architecture: architectureOf(host),
    architectures: imageArchitectures(host, configuration),
  };
}

export interface WantsOptions {
  readonly settings: OutsideSettings;
  /** `build` leaves out what only tests take. */
  readonly mode: BuildRequest['mode'];
  readonly known?: KnownRequirements;
}

export function wantsOf(
  targets: Iterable<Target>,
  sources: (directory: string) => SourceView,
  { settings, mode, known = () => undefined }: WantsOptions,
): Wants {
  const byLabel = new Map<string, TargetRequirements>();
  const needs: TargetNeeds[] = [];
  const tools = new Set<ToolName>();
  for (const target of targets) {
    const label = formatLabel(target.label);
    const wanted = known(label) ?? requirementsOf(target, sources(target.directory), settings);
    byLabel.set(label, wanted);
    const { testTools = [] } = wanted;
    for (const tool of [...wanted.tools, ...(mode === 'test' ? testTools : [])]) tools.add(tool);
    const requirements = target.spec.rule === 'component' ? target.spec.dependencies : [];
    needs.push({
      label,
      python: { requirements },
      maven: target.spec.rule === 'android' ? (target.spec.libraries ?? []) : [],
      tools: wanted.tools,
      testTools,
      ...(mode === 'build' ? { isBuildOnly: true as const } : {}),
      ...(wanted.nodeFolder === undefined ? {} : { nodeFolder: wanted.nodeFolder }),
      ...(wanted.images ? { images: wanted.images } : {}),
      ...(wanted.urls ? { urls: wanted.urls } : {}),
      ...(wanted.packages ? { packages: wanted.packages } : {}),
      ...(wanted.otherPackages ? { otherPackages: wanted.otherPackages } : {}),
      ...(target.spec.rule === 'packages' ? { packagePlaces: target.spec.packages } : {}),
    });
  }
  return { byLabel, needs, tools: [...tools].sort() };
}

export interface LockState {
  readonly lock: Lockfile | undefined;
  readonly requirements: Requirements;
  /** The diagnostics with the targets that each concerns: the others can be built. */
  readonly problems: readonly TargetProblem[];
}

/** Requirements of the whole workspace; never resolves. */
export function gather(host: Host, opened: OpenedWorkspace, wants: Wants): GatheredRequirements {
  const { configuration } = opened.workspace;
  return gatherRequirements(host.fs, {
    root: opened.root,
    configuration,
    targets: wants.needs,
    tools: toolRequirements(wants.tools),
  });
}

/** The lock, if it still holds for what the workspace wants. */
export function checkedLock(host: Host, opened: OpenedWorkspace, wants: Wants): Checked<LockState> {
  const gathered = gather(host, opened, wants);
  const read = readLock(host.fs, opened.root);
  const requirements = gathered.value;
  const ofLock = hasErrors(read.diagnostics)
    ? read.diagnostics.map((diagnostic) => ({
        diagnostic,
        concerns: (target: TargetNeeds) => needsLock(target, requirements),
      }))
    : lockProblems(read.value, requirements);
  const problems = [...gathered.problems, ...ofLock];
  return {
    value: { lock: read.value, requirements, problems },
    diagnostics: problems.map(({ diagnostic }) => diagnostic),
  };
}

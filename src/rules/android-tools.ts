import { DEFAULT_RESOURCES, DEFAULT_TIMEOUT_MS, type Mount, type PlannedAction } from '../action/index.ts';
import { formatLabel, type Label } from '../base/index.ts';
import type { AndroidSettings, TargetSettings } from '../config/index.ts';
import { platformTool } from './android-platform-tool.ts';
import { platformOf } from './android-platforms.ts';
import type { RuleContext, Toolchain } from './rule.ts';

/** The tools that build an Android app directly, without an SDK or Gradle. */
export interface AndroidTools {
  readonly java: Toolchain;
  readonly r8: Toolchain;
  readonly aapt2: Toolchain;
  readonly platform: Toolchain;
  /** Of an app with a manifest of its own. */
  readonly manifestMerger: Toolchain;
  /** Of an app that is made as a bundle, too. */
  readonly bundletool: Toolchain;
  /** Of an app with Kotlin. */
  readonly kotlin: Toolchain;
  /** What makes one of these, where it is not taken as it is locked. */
  readonly actions: readonly PlannedAction[];
}

export function androidTools(
  context: Pick<RuleContext, 'toolchain' | 'ownCommand'>,
  { compileSdk }: Pick<AndroidSettings, 'compileSdk'>,
): AndroidTools {
  const { platform, actions } = platformTool(context, platformOf(compileSdk));
  return {
    java: context.toolchain('java'),
    r8: context.toolchain('r8'),
    aapt2: context.toolchain('aapt2'),
    platform,
    actions,
    manifestMerger: context.toolchain('manifest-merger'),
    bundletool: context.toolchain('bundletool'),
    kotlin: context.toolchain('kotlin'),
  };
}

/** A file of a tool. A tool that is missing has none: the caller reports it and the action is never run. */
export function toolFile(tool: Toolchain, role: string): string {
  return tool.files[role] ?? `/tools/${tool.name}/${role}`;
}

/** Short runs: the first compiler only, the smallest collector, a bounded heap. None of it shows in what is made. */
export function jvmFlags(heapMegabytes: number): string[] {
  return ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', `-Xmx${heapMegabytes}m`];
}

/** With the archive of `program`, whose mount is the action's to show (`archiveMounts`). */
export function javaCommand(java: Toolchain, heapMegabytes: number, program?: Toolchain): string[] {
  return [`${toolFile(java, 'home')}/bin/java`, ...jvmFlags(heapMegabytes), ...archiveFlags(program)];
}

export function javacCommand(java: Toolchain, heapMegabytes: number, program?: Toolchain): string[] {
  const flags = [...jvmFlags(heapMegabytes), ...archiveFlags(program)];
  return [`${toolFile(java, 'home')}/bin/javac`, ...flags.map((flag) => `-J${flag}`)];
}

/** A JVM that does not know the archive for its own goes without it. */
function archiveFlags(program: Toolchain | undefined): string[] {
  return program?.classArchive ? [`-XX:SharedArchiveFile=${program.classArchive.file}`] : [];
}

export function archiveMounts({ classArchive }: Toolchain): Mount[] {
  return classArchive ? [classArchive.mount] : [];
}

/** What such a run needs; most take as little as this beside the heap. */
export function jvmMemoryBytes(heapMegabytes: number, besideMegabytes = 192): number {
  return (heapMegabytes + besideMegabytes) * MEBIBYTE;
}

export const MEBIBYTE = 2 ** 20;

/** The app that actions are for. */
export interface AndroidStages {
  readonly owner: Label;
  readonly tools: AndroidTools;
  readonly settings: Pick<TargetSettings, 'timeoutMs' | 'cache' | 'resources'>;
}

interface ActionParts
  extends Pick<PlannedAction, 'mnemonic' | 'description' | 'argv' | 'work' | 'outputs'>,
    Partial<Pick<PlannedAction, 'mounts' | 'programs' | 'isWorkspaceShaped' | 'origins'>> {
  readonly tools?: readonly Toolchain[];
  readonly memoryBytes?: number;
}

/** An action of the app with what all Android actions have in common. */
export function androidAction(
  stages: Pick<AndroidStages, 'owner' | 'settings'>,
  name: string,
  parts: ActionParts,
): PlannedAction {
  const { owner, settings } = stages;
  const { tools = [], mounts = [], memoryBytes = DEFAULT_RESOURCES.memoryBytes, ...rest } = parts;
  return {
    id: actionId(owner, name),
    owner,
    env: Object.assign({}, ...tools.map((tool) => tool.env)),
    mounts: [...tools.flatMap((tool) => tool.mounts), ...mounts],
    network: false,
    timeoutMs: settings.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    resources: { cpus: DEFAULT_RESOURCES.cpus, memoryBytes, ...settings.resources },
    staging: 'overlay',
    isCacheable: settings.cache,
    ...rest,
  };
}

export function actionId(owner: Label, name: string): string {
  return `${formatLabel(owner)}#${name}`;
}

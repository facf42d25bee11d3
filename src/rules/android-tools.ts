import { DEFAULT_RESOURCES, DEFAULT_TIMEOUT_MS, type Mount, type PlannedAction } from '../action/index.ts';
import { formatLabel, type Label } from '../base/index.ts';
import type { RuleContext, Toolchain } from './rule.ts';

/** The tools that build an Android app directly, without an SDK or Gradle. */
export interface AndroidTools {
  readonly java: Toolchain;
  readonly r8: Toolchain;
  readonly aapt2: Toolchain;
  readonly platform: Toolchain;
}

export function androidTools(context: Pick<RuleContext, 'toolchain'>): AndroidTools {
  return {
    java: context.toolchain('java'),
    r8: context.toolchain('r8'),
    aapt2: context.toolchain('aapt2'),
    platform: context.toolchain('android-platform'),
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

type ActionParts = Pick<PlannedAction, 'mnemonic' | 'description' | 'argv' | 'work' | 'outputs'> &
  Partial<Pick<PlannedAction, 'mounts' | 'programs' | 'resources'>> & {
    readonly tools?: readonly Toolchain[];
  };

/** An action of `owner` with what all Android actions have in common. */
export function androidAction(owner: Label, name: string, parts: ActionParts): PlannedAction {
  const { tools = [], mounts = [], ...rest } = parts;
  return {
    id: actionId(owner, name),
    owner,
    env: Object.assign({}, ...tools.map((tool) => tool.env)),
    mounts: [...mountsOf(tools), ...mounts],
    network: false,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    resources: DEFAULT_RESOURCES,
    staging: 'overlay',
    isCacheable: true,
    ...rest,
  };
}

export function actionId(owner: Label, name: string): string {
  return `${formatLabel(owner)}#${name}`;
}

function mountsOf(tools: readonly Toolchain[]): Mount[] {
  return tools.flatMap((tool) => tool.mounts);
}

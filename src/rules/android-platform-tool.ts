import {
  DEFAULT_RESOURCES,
  DEFAULT_TIMEOUT_MS,
  type PlannedAction,
  type TreeExpression,
} from '../action/index.ts';
import type { AndroidPlatform } from './android-platforms.ts';
import { ownCommand } from './environment.ts';
import type { RuleContext, Toolchain } from './rule.ts';

/** Of class files that a JDK of 17 reads, the oldest that builds an app. */
const CLASS_LEVEL = '61';
const MADE = 'platform';
const JAR = 'android.jar';
const MEMORY_BYTES = 1536 * 2 ** 20;

/** The classes of an API level as every JDK reads them, and the action that makes them so where they are of a newer Java. */
export function platformTool(
  context: Pick<RuleContext, 'toolchain' | 'ownCommand'>,
  { tool, isNewer = false }: AndroidPlatform,
): { readonly platform: Toolchain; readonly actions: readonly PlannedAction[] } {
  const platform = context.toolchain(tool);
  const [mount] = platform.mounts;
  if (!isNewer || !mount) return { platform, actions: [] };
  const action = loweredClasses(context, platform, mount.tree);
  const tree: TreeExpression = { kind: 'at', of: { kind: 'output', action: action.id }, path: MADE };
  return { platform: { ...platform, mounts: [{ ...mount, tree }] }, actions: [action] };
}

function loweredClasses(
  context: Pick<RuleContext, 'ownCommand'>,
  { name, version }: Toolchain,
  work: TreeExpression,
): PlannedAction {
  return {
    id: `platform:${name}`,
    owner: undefined,
    mnemonic: 'ClassLevel',
    description: `make the classes of API ${version} readable for every JDK`,
    ...ownCommand(context, 'class-level', ['--out', `${MADE}/${JAR}`, '--level', CLASS_LEVEL, JAR]),
    env: {},
    work,
    outputs: [MADE],
    network: false,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    resources: { ...DEFAULT_RESOURCES, memoryBytes: MEMORY_BYTES },
    staging: 'overlay',
    isCacheable: true,
  };
}

import { type Diagnostic, InternalError, parseDurationMs, parseSizeBytes } from '../base/index.ts';
import type { Shaped } from './check-shape.ts';
import type { BuildStep, TargetSettings } from './model.ts';

interface RawResources {
  readonly cpus?: number | undefined;
  readonly memory?: string | undefined;
}

interface RawStepSettings {
  readonly env?: Record<string, string> | undefined;
  readonly network?: boolean | undefined;
  readonly stamp?: boolean | undefined;
  readonly timeout?: string | undefined;
  readonly cache?: boolean | undefined;
  readonly resources?: RawResources | undefined;
}

interface RawTargetSettings {
  readonly needs: readonly string[];
  readonly inputs?: readonly string[] | undefined;
  readonly outputs?: readonly string[] | undefined;
  readonly env: Record<string, string>;
  readonly network: boolean;
  readonly stamp: boolean;
  readonly timeout?: string | undefined;
  readonly cache: boolean;
  readonly resources?: RawResources | undefined;
}

/** What a target has that says nothing of its own. */
export const DEFAULT_TARGET_SETTINGS: TargetSettings = {
  needs: [],
  env: {},
  network: false,
  stamp: false,
  cache: true,
};

export function targetSettings(raw: RawTargetSettings, { locate }: Shaped<unknown>): TargetSettings {
  return {
    ...stepSettings(raw),
    needs: raw.needs.map((need, index) => locate(need, ['spec', 'needs', index])),
    ...(raw.inputs ? { inputs: raw.inputs } : {}),
    ...(raw.outputs ? { outputs: raw.outputs } : {}),
    env: { ...raw.env },
    network: raw.network,
    stamp: raw.stamp,
    cache: raw.cache,
  };
}

/** The keys that a step may have as well; only those that are given. */
export function stepSettings(raw: RawStepSettings): Omit<BuildStep, 'name' | 'command' | 'staging'> {
  return {
    ...(raw.env ? { env: { ...raw.env } } : {}),
    ...(raw.network === undefined ? {} : { network: raw.network }),
    ...(raw.stamp === undefined ? {} : { stamp: raw.stamp }),
    ...(raw.timeout === undefined ? {} : { timeoutMs: durationMs(raw.timeout) }),
    ...(raw.cache === undefined ? {} : { cache: raw.cache }),
    ...(raw.resources ? { resources: resources(raw.resources) } : {}),
  };
}

function resources({ cpus, memory }: RawResources): NonNullable<TargetSettings['resources']> {
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(memory === undefined ? {} : { memoryBytes: sizeBytes(memory) }),
  };
}

/** The shape has checked the text. */
export function durationMs(text: string): number {
  const value = parseDurationMs(text);
  if (value === undefined) throw new InternalError(`duration passed its shape: ${text}`);
  return value;
}

function sizeBytes(text: string): number {
  const value = parseSizeBytes(text);
  if (value === undefined) throw new InternalError(`size passed its shape: ${text}`);
  return value;
}

/** Reports names that stand twice in the list at `path`. */
export function checkUniqueNames(
  list: readonly { readonly name: string }[],
  path: readonly (string | number)[],
  { places, report }: Shaped<unknown>,
): void {
  const first = new Map<string, number>();
  list.forEach(({ name }, index) => {
    const before = first.get(name);
    if (before === undefined) first.set(name, index);
    else {
      report({
        code: 'config/duplicate-name',
        severity: 'error',
        message: `the name \`${name}\` stands twice in this list`,
        span: places.spanOf([...path, index, 'name']),
        related: [{ message: 'it stands here first', span: places.spanOf([...path, before, 'name']) }],
      });
    }
  });
}

/** Keys that are part of the format, but that no rule carries out yet: refused when the target is built. */
export function refusalsOf(raw: object, keys: readonly string[], { places }: Shaped<unknown>): Diagnostic[] {
  return keys
    .filter((key) => Object.hasOwn(raw, key) && (raw as Record<string, unknown>)[key] !== undefined)
    .map((key) => ({
      code: 'config/not-supported',
      severity: 'error',
      message: `\`${key}\` is not supported yet`,
      hint: `remove \`${key}\`: building without it would not give what it asks for`,
      span: places.keySpanOf(['spec', key]),
    }));
}

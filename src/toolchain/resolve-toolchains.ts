import type { Diagnostic } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { Lockfile } from '../dependencies/index.ts';
import type { Host } from '../host/index.ts';
import type { Toolchain, ToolName } from '../rules/index.ts';

export interface ResolveOptions {
  readonly host: Host;
  readonly cas: Cas;
  readonly cacheDirectory: string;
  readonly lock: Lockfile | undefined;
  readonly names: readonly ToolName[];
}

export interface Toolchains {
  /** Every asked name; a tool that is missing has version `''`, no mounts and empty paths. */
  readonly toolchains: ReadonlyMap<ToolName, Toolchain>;
  /** Problems by tool, so that only the targets that need it fail. */
  readonly problems: ReadonlyMap<ToolName, readonly Diagnostic[]>;
  /**
   * Absolute host paths whose stat (with links followed by the caller's own lstat of each named path) decides the result,
   * beside the lock; for a caller that remembers it.
   */
  readonly watched: readonly string[];
}

/** Resolves tools from the lock, the store and the host; never fetches. */
export async function resolveToolchains(_options: ResolveOptions): Promise<Toolchains> {
  return { toolchains: new Map(), problems: new Map(), watched: [] };
}

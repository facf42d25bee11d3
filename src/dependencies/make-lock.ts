import type { Checked } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { EventSink } from '../event/index.ts';
import type { Host } from '../host/index.ts';
import type { Lockfile, Requirements } from './model.ts';

export interface LockOptions {
  readonly host: Host;
  readonly cas: Cas;
  /** Absolute path of the workspace. */
  readonly root: string;
  /** The user's cache folder; clients keep their own caches below `<cacheDirectory>/clients`. */
  readonly cacheDirectory: string;
  readonly requirements: Requirements;
  /** The lock as it is; its versions are kept where they still fit. */
  readonly previous: Lockfile | undefined;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** Resolves all requirements by the ecosystems' clients; `undefined` with diagnostics when one of them cannot be met. */
export async function makeLock(_options: LockOptions): Promise<Checked<Lockfile | undefined>> {
  return { value: undefined, diagnostics: [] };
}

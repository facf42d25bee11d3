import type { Diagnostic } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { EventSink } from '../event/index.ts';
import type { Host } from '../host/index.ts';
import type { Lockfile, TargetNeeds } from './model.ts';

export interface PrepareOptions {
  readonly host: Host;
  readonly cas: Cas;
  readonly root: string;
  readonly cacheDirectory: string;
  readonly lock: Lockfile;
  /** The selected targets. */
  readonly needs: readonly TargetNeeds[];
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** What `prepare` did. With `failed` set, what was fetched before stays and is not fetched again. */
export interface Prepared {
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Events of `prepare`, in this order: `prepare.planned` once (also with zero files), `prepare.fetched` for each file
 * that is verified and stored, `prepare.finished` once.
 */
export interface PrepareEvents {
  'prepare.planned': { readonly files: number; readonly sizeBytes: number; readonly presentFiles: number };
  'prepare.fetched': { readonly file: string; readonly sizeBytes: number };
  'prepare.finished': { readonly files: number; readonly sizeBytes: number; readonly failed: number };
}

/** Locked files of the needs that the store lacks; asks only whether a blob exists, reads none. */
export function missingFiles(
  _lock: Lockfile,
  _needs: readonly TargetNeeds[],
  _cas: Cas,
): { readonly files: number; readonly sizeBytes: number } {
  return { files: 0, sizeBytes: 0 };
}

/** Brings every locked file that the needs name into the store, verified. */
export async function prepare(_options: PrepareOptions): Promise<Prepared> {
  return { fetchedFiles: 0, fetchedBytes: 0, diagnostics: [] };
}

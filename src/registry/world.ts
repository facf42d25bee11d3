import type { Clock, Env, FileDigests, FileSystem, Http, Processes } from '../host/index.ts';
import type { FoundCredential } from './access/credentials.ts';
import type { Secrets } from './access/secrets.ts';
import type { RegistrySettings } from './settings.ts';

/** What of the world a registry client needs; `http` is `realHttp`, or a fake. */
export interface RegistryWorld {
  readonly fs: FileSystem;
  readonly processes: Pick<Processes, 'run' | 'which'>;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep' | 'now'>;
  readonly env: Pick<Env, 'variables' | 'homeDirectory' | 'pid' | 'random'>;
  readonly http: Http;
  /** Hashes large blobs beside the transfer. */
  readonly digests?: FileDigests;
}

/** What happens on the way, for progress and logs; no secret is in it. */
export type RegistryEvent =
  | { readonly type: 'blob.started'; readonly digest: string; readonly sizeBytes: number }
  /** Bytes that moved since the last event of this blob. */
  | { readonly type: 'blob.progress'; readonly digest: string; readonly bytes: number }
  | {
      readonly type: 'blob.done';
      readonly digest: string;
      readonly how: 'transferred' | 'present' | 'mounted';
    }
  | { readonly type: 'retry'; readonly registry: string; readonly because: string; readonly waitMs: number }
  | { readonly type: 'mirror.failed'; readonly registry: string; readonly because: string };

/** Limits of time, count and size; the defaults are for people, tests shorten them. */
export interface Limits {
  /** How long no byte may move. */
  readonly stallMs: number;
  /** How long the answer to a finished upload may take: a registry hashes or copies the blob in it. */
  readonly commitMs: number;
  /** The first pause before another try; it doubles up to `longestPauseMs`. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Tries in a row that brought nothing. */
  readonly attempts: number;
  /** A blob up to this size is sent in one request. */
  readonly singleBytes: number;
  /** What is sent at once of a larger one, and lost at most when the connection breaks. */
  readonly chunkBytes: number;
}

export const LIMITS: Limits = {
  stallMs: 30_000,
  commitMs: 600_000,
  firstPauseMs: 500,
  longestPauseMs: 30_000,
  attempts: 6,
  singleBytes: 2 ** 23,
  chunkBytes: 2 ** 26,
};

/** What all parts of one pull or push share. */
export interface ClientContext {
  readonly world: RegistryWorld;
  readonly settings: RegistrySettings;
  readonly secrets: Secrets;
  readonly limits: Limits;
  readonly onEvent: (event: RegistryEvent) => void;
  readonly signal: AbortSignal;
  /** Asked for once for each host, as a helper may ask a person. */
  readonly credentialOf: (host: string) => Promise<FoundCredential>;
}

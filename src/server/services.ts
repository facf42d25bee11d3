import type { EventSink } from '../event/index.ts';
import type { Clock, Env, FileSystem, ServerWorld } from '../host/index.ts';
import type { TokenStore } from './access/token-store.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import type { Migration } from './database/migrations.ts';
import type { Database } from './database/open-database.ts';
import type { Figures } from './http/figures.ts';
import type { Routes } from './http/routes.ts';
import type { CollectOptions, MaintenanceSettings } from './maintenance/maintenance-settings.ts';
import type { WebAssets } from './pages/web-assets.ts';

/** What everybody may do without a token. */
export type Anonymous = 'none' | 'read' | 'write';

export interface ServerSettings {
  /** Absolute. */
  readonly dataFolder: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly anonymous: Anonymous;
  readonly tls?: { readonly certificate: Uint8Array; readonly key: Uint8Array };
  /** Addresses and networks (`10.0.0.0/8`) whose `X-Forwarded-` headers say who asks and at which address; none unless told. */
  readonly trustedProxies?: readonly string[];
  /** One uploaded blob, artifact or package. */
  readonly maxUploadBytes: number;
  /** What all content may have together; no limit unless told. */
  readonly maxBytes?: number | undefined;
  /** How long requests that are under way may take once the server is told to end. */
  readonly drainMs: number;
  /** Requests of one address in a second, on average. */
  readonly requestsPerSecond: number;
  readonly maintenance: MaintenanceSettings;
}

/** What the parts of a server share. */
export interface Services {
  readonly settings: ServerSettings;
  /** Of the program, for what tells who answers. */
  readonly version: string;
  readonly clock: Clock;
  readonly world: ServerWorld;
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly tokens: TokenStore;
  readonly figures: Figures;
  /** Scripts and styles of our pages. */
  readonly web: WebAssets;
  /** The documentation, made or read when it is asked for first; empty where there is none. */
  readonly docs: () => Promise<WebAssets>;
  /** The pages that stand in the header, of all faces. */
  readonly sections: readonly Section[];
  readonly events: EventSink;
  /** Aborted when the server is told to end: what runs beside requests stops then. */
  readonly signal: AbortSignal;
}

export interface ServerHost {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly env: Pick<Env, 'pid'>;
}

/** A page of a face that the header leads to. */
export interface Section {
  readonly title: string;
  readonly path: string;
}

/** One protocol that the server speaks: its tables, its operations, and which blobs it holds. */
export interface Face {
  readonly name: string;
  readonly migrations: readonly Migration[];
  readonly section?: Section;
  readonly addRoutes: (routes: Routes, services: Services) => void;
  /**
   * A query without parameters that gives, in a column `digest`, every blob that the face's tables name: garbage collection
   * keeps them. Absent where the face names none.
   */
  readonly heldBlobs?: string;
  /** At garbage collection: gives up what nothing of the face needs, so that it names it no more. Counts by what it was. */
  readonly release?: (services: Services, options: CollectOptions) => Promise<Record<string, number>>;
}

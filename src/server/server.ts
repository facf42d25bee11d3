import type { FastifyInstance } from 'fastify';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { EventSink } from '../event/index.ts';
import type { ServerWorld } from '../host/index.ts';
import { addAccessRoutes } from './access/access-routes.ts';
import { type CreatedToken, TokenStore } from './access/token-store.ts';
import type { BlobDigest } from './blobs/blob-digest.ts';
import { DiskBlobStore } from './blobs/disk-blob-store.ts';
import { type HeldFolder, holdDataFolder } from './data-folder.ts';
import { CORE_MIGRATIONS } from './database/migrations.ts';
import { type Database, openDatabase } from './database/open-database.ts';
import { FACES } from './faces.ts';
import { makeApp } from './http/app.ts';
import { addCoreRoutes } from './http/core-routes.ts';
import { Drain } from './http/drain.ts';
import { Figures } from './http/figures.ts';
import type { Operation } from './http/operation.ts';
import { Routes } from './http/routes.ts';
import { Maintenance } from './maintenance/maintenance.ts';
import { addMaintenanceRoutes } from './maintenance/maintenance-routes.ts';
import { WebAssets } from './pages/web-assets.ts';
import type { Face, ServerHost, ServerSettings, Services } from './services.ts';

export interface ServerOptions {
  readonly settings: ServerSettings;
  readonly host: ServerHost;
  readonly world: ServerWorld;
  readonly events: EventSink;
  readonly version: string;
  /** Told before the server listens, so that who finds it ready finds the token, too. */
  readonly onFirstToken?: (token: CreatedToken) => void;
  /** The folder of scripts and styles that `scripts/web.mjs` made; without it pages are plain. */
  readonly webFolder?: string;
  /** Gives the folder of the documentation, which is asked for once somebody wants a page of it. */
  readonly docsFolder?: () => Promise<string | undefined>;
  /** All of them unless told. */
  readonly faces?: readonly Face[];
}

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:8080`, without a slash at its end. */
  readonly url: string;
  /** On the first start in a folder: the token by which all others are made. It is in no other place. */
  readonly firstToken: CreatedToken | undefined;
  readonly operations: readonly Operation[];
  readonly services: Services;
  readonly maintenance: Maintenance;
  /** Ends in order: nothing new, what is under way up to its limit, then the disk. False when something was cut off. */
  readonly close: () => Promise<boolean>;
}

/** How long a blob that nobody has named may not be on the disk. */
const UNSYNCED_MS = 2000;

/** Opens the data folder and listens; what stands against it is a diagnostic. */
export async function startServer(options: ServerOptions): Promise<Result<RunningServer, Diagnostic>> {
  const { settings, host, world } = options;
  const held = holdDataFolder(host, settings.dataFolder);
  if ('code' in held) return fail(held);
  const faces = options.faces ?? FACES;
  const opened = openDatabase({
    fs: host.fs,
    open: world.openSqlDatabase,
    folder: settings.dataFolder,
    migrations: [...CORE_MIGRATIONS, ...faces.flatMap(({ migrations }) => migrations)],
    nowMs: host.clock.now(),
  });
  if (!opened.ok) {
    held.release();
    return fail(opened.failure);
  }
  const blobs = await DiskBlobStore.open({
    files: world.files,
    folder: settings.dataFolder,
    maxBytes: settings.maxBytes,
    pause: () => host.clock.sleep(UNSYNCED_MS),
  });
  if (held.mayBeTorn) await dropTorn(blobs, options.events);
  return listen(options, { faces, held, database: opened.value, blobs });
}

/** What is not yet on the disk is so for seconds. */
const TORN_MS = 300_000;

/** After a power cut: hashes what came last, and sets aside what is damaged. */
async function dropTorn(blobs: DiskBlobStore, events: EventSink): Promise<void> {
  const times = new Map<BlobDigest, number>();
  let newestMs = 0;
  for await (const { digest, usedAtMs } of blobs.all()) {
    newestMs = Math.max(newestMs, usedAtMs);
    if (usedAtMs > newestMs - TORN_MS) times.set(digest, usedAtMs);
  }
  const recent = [...times].filter(([, usedAtMs]) => usedAtMs > newestMs - TORN_MS);
  const damaged: string[] = [];
  for (const [digest] of recent) if ((await blobs.scrub(digest)) === 'damaged') damaged.push(digest);
  events('server.torn', { checkedBlobs: recent.length, damaged });
}

interface Opened {
  readonly faces: readonly Face[];
  readonly held: HeldFolder;
  readonly database: Database;
  readonly blobs: DiskBlobStore;
}

async function listen(options: ServerOptions, opened: Opened): Promise<Result<RunningServer, Diagnostic>> {
  const { settings, host } = options;
  const { held, database, blobs } = opened;
  const release = async (): Promise<void> => {
    await blobs.drain();
    await database.flush();
    database.close();
    held.release();
  };
  try {
    const { app, drain, operations, services, maintenance } = assembled(options, opened);
    const first = await firstToken(services.tokens);
    if (first) options.onFirstToken?.(first);
    const address = await app.listen({ host: settings.host, port: settings.port });
    maintenance.start();
    return ok({
      // The framework does not see that the listener which it was given speaks TLS.
      url: settings.tls ? address.replace(/^http:/, 'https:') : address,
      ...{ operations, services, maintenance },
      firstToken: first,
      close: async () => {
        const isWhole = await drain.finish(host.clock, settings.drainMs);
        app.server.closeAllConnections();
        await app.close();
        await maintenance.end();
        await release();
        return isWhole;
      },
    });
  } catch (error) {
    await release();
    const diagnostic = cannotListen(error, settings);
    if (diagnostic) return fail(diagnostic);
    throw error;
  }
}

interface Assembled {
  readonly app: FastifyInstance;
  readonly drain: Drain;
  readonly operations: readonly Operation[];
  readonly services: Services;
  readonly maintenance: Maintenance;
}

/** All parts of a server, which listens nowhere yet. */
function assembled(
  { settings, host, world, events, version, webFolder, docsFolder }: ServerOptions,
  { faces, database, blobs }: Opened,
): Assembled {
  const { clock } = host;
  const drain = new Drain();
  const services: Services = {
    ...{ settings, version, clock, world, database, blobs, events },
    tokens: new TokenStore(database, clock),
    figures: new Figures(),
    web: WebAssets.read(host.fs, webFolder),
    docs: onceMade(async () => WebAssets.read(host.fs, await docsFolder?.())),
    sections: faces.flatMap(({ section }) => section ?? []),
    signal: drain.signal,
  };
  const operations: Operation[] = [];
  const app = makeApp(services, drain);
  const maintenance = new Maintenance(services, faces);
  const routesOf = (face: string): Routes => new Routes(face, app, operations);
  addCoreRoutes(routesOf('server'), { services, drain, operations });
  addAccessRoutes(routesOf('access'), services);
  addMaintenanceRoutes(routesOf('maintenance'), maintenance);
  for (const { name, addRoutes } of faces) {
    app.register(async (child) => addRoutes(new Routes(name, child, operations), services));
  }
  return { app, drain, operations, services, maintenance };
}

/** Asks again as long as there was nothing. */
function onceMade(read: () => Promise<WebAssets>): () => Promise<WebAssets> {
  let asked: Promise<WebAssets> | undefined;
  return async () => {
    asked ??= read();
    try {
      const assets = await asked;
      if (assets.isEmpty) asked = undefined;
      return assets;
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
}

const YEAR_MS = 365 * 24 * 3_600_000;

async function firstToken(tokens: TokenStore): Promise<CreatedToken | undefined> {
  if (!(await tokens.isEmpty())) return undefined;
  return tokens.create({ name: 'first', role: 'admin', lifeMs: YEAR_MS });
}

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not listen there (ports below 1024 are for root)',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such address',
};

function cannotListen(error: unknown, { host, port }: ServerSettings): Diagnostic | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isTls = code.startsWith('ERR_OSSL') || code.startsWith('ERR_TLS');
  const because = isTls ? 'the certificate or its key is not usable' : REFUSALS[code];
  if (because === undefined) return undefined;
  return {
    code: isTls ? 'server/bad-certificate' : 'server/cannot-listen',
    severity: 'error',
    message: `cannot listen on ${host} port ${port}: ${because}`,
    hint: isTls ? 'give PEM files that belong together' : 'give another --port or --host',
    cause: isTls ? 'input' : 'environment',
  };
}

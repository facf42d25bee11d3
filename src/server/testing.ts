import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { InternalError } from '../base/index.ts';
import {
  loadServerWorld,
  type OpenSqlDatabase,
  realHost,
  type ServerWorld,
  type StreamFiles,
} from '../host/index.ts';
import type { Role } from './access/role.ts';
import { parseScope } from './access/scope.ts';
import { type RunningServer, startServer } from './server.ts';
import type { Face, ServerSettings } from './services.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(t: Pick<TestContext, 'after'>): string {
  const { fs, env } = realHost();
  const folder = `${env.temporaryDirectory}/mobileops-server-${randomUUID()}`;
  fs.makeDirectory(folder);
  t.after(() => fs.remove(folder));
  return folder;
}

export interface TestServer {
  readonly url: string;
  readonly server: RunningServer;
  readonly folder: string;
  /** A fresh token for each role. */
  readonly tokens: Readonly<Record<Role, string>>;
  /** As the holder of a role's token, or as nobody. */
  fetch(path: string, options?: RequestInit & { readonly as?: Role | 'nobody' }): Promise<Response>;
}

/** A request as the holder of a token that is limited to names. */
export async function fetchLimited(
  { server }: TestServer,
  role: Role,
  only: string,
): Promise<(path: string, options?: RequestInit) => Promise<Response>> {
  const scope = parseScope(only);
  if (!scope.ok) throw new InternalError(scope.failure);
  const request = { name: `limited-${role}`, role, scope: scope.value, lifeMs: 3_600_000 };
  const { secret } = await server.services.tokens.create(request);
  return (path, options = {}) => {
    const headers = new Headers(options.headers);
    headers.set('authorization', `Bearer ${secret}`);
    return fetch(new URL(path, server.url), { redirect: 'manual', ...options, headers });
  };
}

export interface TestServerOptions {
  readonly folder?: string;
  readonly settings?: Partial<ServerSettings>;
  readonly faces?: readonly Face[];
  readonly world?: Partial<ServerWorld>;
  readonly webFolder?: string;
  readonly docsFolder?: string;
  readonly events?: (type: string, payload: object) => void;
}

/** A real server on a free port of this machine, that ends with the test. */
export async function startTestServer(
  t: Pick<TestContext, 'after'>,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const folder = options.folder ?? temporaryFolder(t);
  const server = await start(options, folder);
  t.after(() => server.close().catch(() => false));
  const { tokens } = server.services;
  const made: Partial<Record<Role, string>> = {};
  for (const role of ['read', 'write', 'admin'] as const) {
    made[role] = (await tokens.create({ name: `test-${role}`, role, lifeMs: 3_600_000 })).secret;
  }
  return {
    ...{ url: server.url, server, folder, tokens: made as Record<Role, string> },
    fetch: (path, { as = 'admin', ...rest } = {}) => {
      const headers = new Headers(rest.headers);
      if (as !== 'nobody') headers.set('authorization', `Bearer ${made[as]}`);
      return fetch(new URL(path, server.url), { redirect: 'manual', ...rest, headers });
    },
  };
}

async function start(options: TestServerOptions, dataFolder: string): Promise<RunningServer> {
  const started = await startServer({
    settings: {
      ...{ dataFolder, host: '127.0.0.1', port: 0, anonymous: 'none' },
      ...{ maxUploadBytes: 2 ** 34, drainMs: 5000, requestsPerSecond: 1e6 },
      maintenance: {
        ...{ collectEveryMs: 0, graceMs: 0, unnamedMs: 0, scrubEveryMs: 0, copyEveryMs: 0, trimEveryMs: 0 },
        audit: { keptMs: 0, entries: 0 },
      },
      ...options.settings,
    },
    host: realHost(),
    world: { ...(await loadServerWorld()), ...options.world },
    events: options.events ?? (() => {}),
    version: 'test',
    ...(options.faces ? { faces: options.faces } : {}),
    ...(options.webFolder === undefined ? {} : { webFolder: options.webFolder }),
    docsFolder: async () => options.docsFolder,
  });
  if (!started.ok) throw new InternalError(started.failure.message);
  return started.value;
}

type Operation = 'append' | 'rename' | 'sync';

/** Files on which an operation fails when `fault` gives an error for it. */
export function faultyFiles(
  files: StreamFiles,
  fault: (operation: Operation, path: string) => Error | undefined,
): StreamFiles {
  const check = (operation: Operation, path: string): void => {
    const error = fault(operation, path);
    if (error) throw error;
  };
  return {
    ...files,
    append: (path) => {
      const file = files.append(path);
      return {
        ...file,
        append: async (pieces) => {
          check('append', path);
          await file.append(pieces);
        },
      };
    },
    rename: (from, to) => {
      check('rename', to);
      files.rename(from, to);
    },
    syncFile: async (path) => {
      check('sync', path);
      await files.syncFile(path);
    },
  };
}

/** A database of whose statements each is told once it was done, before anything else happens. */
export function watchedSql(open: OpenSqlDatabase, after: (sql: string) => void): OpenSqlDatabase {
  return (path, options) => {
    const database = open(path, options);
    return {
      query: (sql, parameters) => {
        const result = database.query(sql, parameters);
        after(sql);
        return result;
      },
      queryApart: (sql, parameters) => database.queryApart(sql, parameters),
      execute: (sql) => database.execute(sql),
      get isInTransaction() {
        return database.isInTransaction;
      },
      flush: () => database.flush(),
      copyTo: (to) => database.copyTo(to),
      close: () => database.close(),
    };
  };
}

export function diskFull(): Error {
  return Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}

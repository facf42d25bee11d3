import { createServer as createPlainServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { MakeListener } from './listener.ts';
import { realOpenSqlDatabase } from './real-sql-database.ts';
import { realStreamFiles } from './real-stream-files.ts';
import type { ServerWorld } from './server-world.ts';

/** How often the timeouts of a request's head are looked at. */
const CHECK_MS = 5000;

const makeListener: MakeListener = (options, answer) => {
  const common = {
    headersTimeout: options.headTimeoutMs,
    // A whole upload may take hours; what may not is a connection on which nothing moves.
    requestTimeout: 0,
    keepAliveTimeout: options.idleTimeoutMs,
    connectionsCheckingInterval: CHECK_MS,
    maxHeaderSize: options.maxHeadBytes,
    noDelay: true,
  };
  const server = options.tls
    ? createTlsServer(
        { ...common, cert: Buffer.from(options.tls.certificate), key: Buffer.from(options.tls.key) },
        answer,
      )
    : createPlainServer(common, answer);
  server.setTimeout(options.stallTimeoutMs);
  return server;
};

/** The real world of a server; made once, by the verb that starts one. */
export function realServerWorld(): ServerWorld {
  return {
    files: realStreamFiles,
    openSqlDatabase: realOpenSqlDatabase,
    makeListener,
    usage: () => {
      const { rss, heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      return {
        residentBytes: rss,
        heapBytes: heapUsed,
        cpuSeconds: (user + system) / 1e6,
        startedAtMs: performance.timeOrigin,
      };
    },
  };
}

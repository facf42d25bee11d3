import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface LoopbackServer {
  readonly port: number;
  /** Ends open connections too. */
  close(): void;
}

/** Answers requests for a path (as it was sent, without a query) on a free port of 127.0.0.1. */
export type ListenOnLoopback = (answer: (path: string) => LoopbackAnswer) => Promise<LoopbackServer>;

export const realListenOnLoopback: ListenOnLoopback = (answer) =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const { status, headers, body } = answer((request.url ?? '/').replace(/[?#].*$/s, ''));
      response.writeHead(status, headers).end(body);
    });
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = (): void => {
        server.closeAllConnections();
        server.close();
      };
      resolve({ port, close });
    });
  });

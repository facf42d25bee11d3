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

/** Node's HTTP is loaded when it is asked for: it takes longer to load than most verbs to run. */
export const realListenOnLoopback: ListenOnLoopback = async (answer) => {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    const { status, headers, body } = answer((request.url ?? '/').replace(/[?#].*$/s, ''));
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { port, close };
};

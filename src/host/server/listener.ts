import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export interface ListenerOptions {
  /** PEM; without it plain HTTP is spoken. */
  readonly tls?: { readonly certificate: Uint8Array; readonly key: Uint8Array };
  /** How long a request's head may take. */
  readonly headTimeoutMs: number;
  /** How long no byte may move on a connection, in either direction. */
  readonly stallTimeoutMs: number;
  /** How long a connection without a request is kept. */
  readonly idleTimeoutMs: number;
  readonly maxHeadBytes: number;
}

/** A server of HTTP/1.1 that listens nowhere yet; who gets it lays a web framework over it. */
export type MakeListener = (
  options: ListenerOptions,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
) => Server;

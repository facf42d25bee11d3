import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { fail, ok, type Result } from '../base/index.ts';
import type { Http, HttpBody, HttpFailure, HttpRequest, HttpResponse } from './http.ts';
import { isLoopback } from './loopback.ts';

/** Connections to one host at once; a transfer takes one. */
const MAX_SOCKETS = 16;
const SEND_BUFFER_BYTES = 2 ** 18;
/** One is filled while the connection still holds the others. */
const SEND_BUFFERS = 4;

/** Node's own clients, and an agent for each way out. Loaded when the first request is made. */
interface Clients {
  readonly http: typeof import('node:http');
  readonly https: typeof import('node:https');
  readonly agents: Map<string, Agent>;
}

/**
 * `node:http` and `node:https` behind the interface, with kept connections and the proxies that `variables` name
 * (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`); this machine itself is never reached through a proxy.
 */
export function realHttp(variables: Readonly<Record<string, string>>): Http {
  let loading: Promise<Clients> | undefined;
  const load = async (): Promise<Clients> => {
    const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
    return { http, https, agents: new Map() };
  };
  return {
    async exchange(request) {
      loading ??= load();
      const clients = await loading;
      if (request.signal?.aborted) return fail({ kind: 'interrupted' });
      return new Exchange(request, start(clients, request, variables)).run();
    },
  };
}

function start(
  clients: Clients,
  request: HttpRequest,
  variables: Readonly<Record<string, string>>,
): ClientRequest {
  const url = new URL(request.url);
  const isSecure = url.protocol === 'https:';
  const length = request.body ? { 'content-length': String(request.body.sizeBytes) } : {};
  return (isSecure ? clients.https : clients.http).request(url, {
    method: request.method,
    headers: { ...request.headers, ...length },
    agent: agentFor(clients, url, variables),
    ...(isSecure && request.acceptsAnyCertificate ? { rejectUnauthorized: false } : {}),
  });
}

function agentFor(clients: Clients, url: URL, variables: Readonly<Record<string, string>>): Agent {
  const isNear = isLoopback(url.hostname);
  const key = `${url.protocol}${isNear}`;
  const known = clients.agents.get(key);
  if (known) return known;
  const { Agent } = url.protocol === 'https:' ? clients.https : clients.http;
  const agent = new Agent({
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    ...(isNear ? {} : { proxyEnv: proxiesOf(variables) }),
  });
  clients.agents.set(key, agent);
  return agent;
}

function proxiesOf(variables: Readonly<Record<string, string>>): Record<string, string> {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
  return Object.fromEntries(
    names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])),
  );
}

/** An unwanted body up to this size is read, so that the connection stays of use; of a longer one nothing more is taken. */
const DRAINED_BYTES = 2 ** 16;

/** One request under way: what ended it first is what it failed of. */
class Exchange {
  readonly #request: HttpRequest;
  readonly #client: ClientRequest;
  readonly #answer = Promise.withResolvers<Result<HttpResponse, HttpFailure>>();
  #failure: HttpFailure | undefined;

  constructor(request: HttpRequest, client: ClientRequest) {
    this.#request = request;
    this.#client = client;
  }

  run(): Promise<Result<HttpResponse, HttpFailure>> {
    const client = this.#client;
    const { signal, stallTimeoutMs, answerTimeoutMs = stallTimeoutMs, body } = this.#request;
    const interrupt = (): void => this.#end({ kind: 'interrupted' });
    signal?.addEventListener('abort', interrupt, { once: true });
    client.once('close', () => {
      signal?.removeEventListener('abort', interrupt);
      this.#answer.resolve(fail(this.#failure ?? BROKEN));
    });
    client.on('error', (error) => {
      this.#failure ??= failureOf(error, client.reusedSocket);
    });
    let afterMs = stallTimeoutMs;
    const limit = (timeoutMs: number): void => {
      afterMs = timeoutMs;
      client.setTimeout(timeoutMs);
    };
    limit(stallTimeoutMs);
    client.on('timeout', () => this.#end({ kind: 'stalled', afterMs }));
    client.once('finish', () => limit(answerTimeoutMs));
    client.once('response', (message) => {
      limit(stallTimeoutMs);
      this.#answer.resolve(ok(this.#respond(message)));
    });
    if (body && body.sizeBytes > 0) this.#send(body);
    else client.end();
    return this.#answer.promise;
  }

  #end(failure: HttpFailure): void {
    this.#failure ??= failure;
    this.#client.destroy();
  }

  /** Keeps a few buffers going round; each is filled again once the connection has taken what is in it. */
  #send(body: HttpBody): void {
    const client = this.#client;
    let left = body.sizeBytes;
    const fill = (buffer: Uint8Array): void => {
      if (left === 0 || client.destroyed) return;
      const count = this.#fill(body, buffer.subarray(0, Math.min(buffer.byteLength, left)));
      if (count === 0) return;
      left -= count;
      client.write(buffer.subarray(0, count), (error) => {
        if (!error) fill(buffer);
      });
      if (left === 0) client.end();
    };
    for (let at = 0; at < SEND_BUFFERS && left > 0 && !client.destroyed; at++) {
      fill(new Uint8Array(Math.min(SEND_BUFFER_BYTES, left)));
    }
  }

  /** What the reader throws is thrown to who asked, not in a callback of the socket. */
  #fill(body: HttpBody, buffer: Uint8Array): number {
    try {
      const count = body.read(buffer);
      if (count === 0) this.#end({ kind: 'connection', code: 'SHORT_BODY', isReused: false });
      return count;
    } catch (error) {
      this.#answer.reject(error);
      this.#client.destroy();
      return 0;
    }
  }

  #respond(message: IncomingMessage): HttpResponse {
    // An answer before all was sent is a refusal: the rest is not wanted.
    message.once('end', () => {
      if (!this.#client.writableFinished) this.#client.destroy();
    });
    message.on('error', (error) => {
      this.#failure ??= failureOf(error, false);
    });
    const lengthBytes = hasNoBody(this.#request, message)
      ? 0
      : Number(message.headers['content-length'] ?? Infinity);
    return {
      status: message.statusCode ?? 0,
      headers: joined(message.headers),
      read: (take) => this.#read(message, take),
      discard: () => {
        if (lengthBytes <= DRAINED_BYTES) message.resume();
        else message.destroy();
      },
    };
  }

  #read(
    message: IncomingMessage,
    take: (chunk: Uint8Array) => boolean,
  ): Promise<Result<number, HttpFailure>> {
    const { promise, resolve, reject } = Promise.withResolvers<Result<number, HttpFailure>>();
    let sizeBytes = 0;
    const finish = (): void =>
      resolve(message.complete && !this.#failure ? ok(sizeBytes) : fail(this.#failure ?? BROKEN));
    if (message.destroyed) finish();
    message.on('data', (chunk: Uint8Array) => {
      sizeBytes += chunk.byteLength;
      try {
        if (take(chunk)) return;
        resolve(ok(sizeBytes));
      } catch (error) {
        reject(error);
      }
      message.destroy();
    });
    message.once('close', finish);
    return promise;
  }
}

const BROKEN: HttpFailure = { kind: 'connection', code: 'ECONNRESET', isReused: false };

function hasNoBody({ method }: HttpRequest, { statusCode }: IncomingMessage): boolean {
  return method === 'HEAD' || statusCode === 204 || statusCode === 304;
}

function joined(headers: IncomingMessage['headers']): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  return Object.fromEntries(entries);
}

/** Node's and OpenSSL's codes of a handshake that cannot succeed. */
const TLS_CODE = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO$)/;
const PLAIN_HTTP_CODES = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO'];

function failureOf(error: Error, isReused: boolean): HttpFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (TLS_CODE.test(code)) return { kind: 'tls', code, isPlainHttp: PLAIN_HTTP_CODES.includes(code) };
  if (code.startsWith('HPE_')) return { kind: 'malformed', code };
  return { kind: 'connection', code, isReused };
}

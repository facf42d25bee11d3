import { randomUUID } from 'node:crypto';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { addressOf } from '../access/address-of.ts';
import { audited } from '../access/audit.ts';
import { Gate } from '../access/gate.ts';
import type { Services } from '../services.ts';
import type { Drain } from './drain.ts';
import { answerError, asHttpError } from './error-answer.ts';
import { Counter, Gauge, Histogram } from './figures.ts';
import { HttpError, notFound } from './http-error.ts';
import { operationName } from './operation.ts';
import { SAFE_HEADERS } from './safe-headers.ts';

const LISTENER = {
  headTimeoutMs: 30_000,
  stallTimeoutMs: 120_000,
  idleTimeoutMs: 75_000,
  maxHeadBytes: 16_384,
};
/** Of a body that is parsed; what is streamed has limits of its own. */
const MOST_JSON_BYTES = 2 ** 20;
const LONGEST_PATH = 2048;

/** The web framework with everything that holds for each request, whatever face it is for. */
export function makeApp(services: Services, drain: Drain): FastifyInstance {
  const { world, settings } = services;
  const { tls, trustedProxies = [] } = settings;
  const app = fastify({
    serverFactory: (answer) => world.makeListener({ ...LISTENER, ...(tls ? { tls } : {}) }, answer),
    ...(trustedProxies.length > 0 ? { trustProxy: [...trustedProxies] } : {}),
    bodyLimit: MOST_JSON_BYTES,
    routerOptions: { maxParamLength: LONGEST_PATH },
    genReqId: requestId,
    // Answered by ourselves, so that /ready can say so.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  for (const name of ['found', 'identity']) app.decorateRequest(name, undefined);
  app.decorateRequest('startedMs', 0);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(() => {
    throw notFound('there is nothing here; /openapi.json tells what is');
  });
  addRecords(app, services, drain);
  addGate(app, services, drain);
  return app;
}

const GIVEN_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A client's own id is taken over where it can harm no log. */
function requestId({ headers }: FastifyRequest['raw']): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && GIVEN_ID.test(given) ? given : randomUUID();
}

/** What is read of a body that nobody wants, so that a client that is still sending gets to read its answer. */
const LINGER_BYTES = 2 ** 26;

function dropRest(request: FastifyRequest): void {
  const { raw } = request;
  if (raw.complete || raw.destroyed) return;
  let left = LINGER_BYTES;
  raw.on('data', (chunk: Uint8Array) => {
    left -= chunk.byteLength;
    if (left < 0) raw.destroy();
  });
  raw.resume();
}

/** What may still be asked of a server that is ending. */
const ALWAYS = new Set(['GET /health', 'GET /ready']);

function addGate(app: FastifyInstance, services: Services, drain: Drain): void {
  const gate = new Gate(services);
  app.addHook('onRequest', async (request, reply) => {
    drain.begin();
    reply.raw.once('close', () => drain.end());
    reply.raw.once('finish', () => dropRest(request));
    reply.headers(SAFE_HEADERS).header('x-request-id', request.id);
    const found = request.routeOptions.config.find?.(request);
    request.found = found;
    gate.limit(request);
    if (drain.isEnding) {
      reply.header('connection', 'close');
      if (!found || !ALWAYS.has(operationName(found.operation))) throw ending();
    }
    request.identity = await gate.identify(request);
    if (found) gate.admit(found, request);
  });
}

function ending(): HttpError {
  return new HttpError(503, 'ending', { message: 'this server is ending', headers: { 'retry-after': '5' } });
}

/** Seconds. */
const DURATIONS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120];

/** The audit log, the log of requests and the figures. */
function addRecords(app: FastifyInstance, services: Services, drain: Drain): void {
  const { figures, clock, events } = services;
  const durations = figures.add(
    new Histogram('mobileops_http_request_seconds', 'How long requests took, by operation', DURATIONS),
  );
  const answers = figures.add(
    new Counter('mobileops_http_requests_total', 'Requests by operation and status'),
  );
  figures.add(new Gauge('mobileops_http_requests_in_flight', 'Requests under way', () => drain.inFlight));
  app.addHook('onSend', async (request, reply, payload) => audited(services, { request, reply }, payload));
  app.addHook('onError', async (request, _reply, error) => {
    if (asHttpError(error).status === 500)
      events('server.fault', { requestId: request.id, error: error.stack ?? error.message });
  });
  app.addHook('onRequest', async (request, reply) => {
    request.startedMs = clock.monotonicMs();
    // Told by the connection, since a client that goes away ends no answer.
    reply.raw.once('close', () => {
      const seconds = (clock.monotonicMs() - request.startedMs) / 1000;
      const operation = request.found ? operationName(request.found.operation) : 'none';
      const status = reply.raw.writableFinished ? reply.statusCode : CLIENT_GONE;
      durations.observe({ operation }, seconds);
      answers.add({ operation, status: String(status) });
      events('server.request', { ...requestFacts(request), operation, status, seconds });
    });
  });
}

/** What logs write where the client went away before it had its answer. */
const CLIENT_GONE = 499;

function requestFacts(request: FastifyRequest): object {
  return {
    requestId: request.id,
    method: request.method,
    // What stands in a query may be secret.
    path: request.url.split('?')[0],
    address: addressOf(request),
    who: request.identity?.name ?? 'unknown',
  };
}

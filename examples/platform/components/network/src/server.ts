import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Engine } from './engine.js';
import { parseSample, type Signal } from './sample.js';
import { SampleHistory } from './sample-history.js';
import { redactSecrets, verifyToken } from './security/index.js';
import { sendFile } from './site.js';

export interface PlatformOptions {
  readonly signals: readonly Signal[];
  /** Key of the tokens that may write telemetry (scope `telemetry:write`). */
  readonly key: Uint8Array;
  readonly engine: Engine;
  /** Folder of the status page. */
  readonly site?: string;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Lines for the log; secrets are hidden before. */
  readonly log: (line: string) => void;
}

type Answer = { readonly status: number; readonly body: unknown };
type Route = (request: IncomingMessage, url: URL) => Answer | Promise<Answer>;

const HISTORY = 600;
const LARGEST_BODY = 16 * 1024;

/** GET /health, GET and POST /api/telemetry, GET /api/state; everything else is the status page. */
export function createPlatformServer(options: PlatformOptions): Server {
  const routes = routesOf(options, new SampleHistory(HISTORY));
  return createServer((request, response) => {
    // Joined, not resolved: `//host/path` is a path here.
    const address = `http://localhost${request.url}`;
    if (!request.url?.startsWith('/') || !URL.canParse(address))
      return send(response, { status: 400, body: { error: 'not an address' } });
    const url = new URL(address);
    const route = routes[`${request.method} ${url.pathname}`];
    const work = route ? answer(route, request, url, response) : page(options, request, url, response);
    work.catch((error: unknown) => {
      options.log(redactSecrets(`${request.method} ${url.pathname}: ${String(error)}`));
      if (!response.headersSent) send(response, { status: 500, body: { error: 'internal error' } });
    });
  });
}

function routesOf(
  { signals, key, engine, now, log }: PlatformOptions,
  history: SampleHistory,
): Record<string, Route> {
  return {
    'GET /health': () => ({ status: 200, body: { status: 'ok' } }),
    'GET /api/telemetry': (_request, url) => ({
      status: 200,
      body: history.after(Number(url.searchParams.get('after') ?? 0) || 0),
    }),
    'GET /api/state': async () => {
      const judgement = await engine.judge(history.latest(HISTORY));
      return judgement
        ? { status: 200, body: judgement }
        : { status: 503, body: { error: 'no judgement yet' } };
    },
    'POST /api/telemetry': async (request) => {
      const token = request.headers.authorization?.match(/^Bearer (.+)$/)?.[1] ?? '';
      const check = verifyToken(token, key, { now: now(), scope: 'telemetry:write' });
      if (!check.ok) return { status: check.reason === 'scope' ? 403 : 401, body: { error: check.reason } };
      const text = await readBody(request);
      if (text === undefined) return { status: 413, body: { error: 'too large' } };
      const parsed = parseSample(parseJson(text), signals);
      if ('problems' in parsed)
        return { status: 400, body: { error: 'not a sample', problems: parsed.problems } };
      history.add(parsed.sample);
      log(`telemetry from ${JSON.stringify(check.claims.subject)}`);
      return { status: 202, body: { last: history.after(0).last } };
    },
  };
}

async function answer(
  route: Route,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<void> {
  send(response, await route(request, url));
}

async function page(
  { site }: PlatformOptions,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, { status: 405, body: { error: 'method not allowed' } });
  if (site === undefined || !(await sendFile(site, url.pathname, response)))
    send(response, { status: 404, body: { error: 'not found' } });
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= LARGEST_BODY) parts.push(part);
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

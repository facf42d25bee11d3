import { resolve } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { fanOut, type Subscriber } from '../../event/index.ts';
import { loadServerWorld } from '../../host/index.ts';
import {
  type Anonymous,
  type CreatedToken,
  type RunningServer,
  type ServerSettings,
  startServer,
} from '../../server/index.ts';
import { isAddressOrNetwork } from '../address.ts';
import type { CliCode } from '../diagnostics.ts';
import { refuse } from '../report/reporter.ts';
import { SideFiles } from '../side-files.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { docsFolder, webFolder } from '../web-folder.ts';

const DEFAULT_PORT = 8080;
const DEFAULT_UPLOAD_BYTES = 20 * 2 ** 30;
const DEFAULT_DRAIN_MS = 60_000;
const DEFAULT_RATE = 5000;
const HOUR_MS = 3_600_000;
const DEFAULT_AUDIT_MS = 365 * 24 * HOUR_MS;
const DEFAULT_AUDIT_ENTRIES = 1_000_000;
const MOST_PORT = 65_535;

export const serveVerb: Verb = async (context) => {
  const { host, program, reporter, signal } = context;
  const settings = readSettings(context);
  if (!settings.ok) return refuse(reporter, [settings.failure]);
  const side = new SideFiles(context);
  if (side.diagnostics.length > 0) return refuse(reporter, side.diagnostics);
  const events = fanOut({
    now: () => host.clock.now(),
    subscribers: [...side.subscribers, faults(context)],
    onLost: (error) => reporter.note(`--events is not written any more: ${String(error)}`),
  });
  const world = await loadServerWorld();
  const started = await startServer({
    ...{ settings: settings.value, host, world, events, version: program.version },
    webFolder: await webFolder(context),
    docsFolder: () => docsFolder(context),
    onFirstToken: (token) => keepFirst(context, token),
  });
  if (!started.ok) return refuse(reporter, [started.failure]);
  const server = started.value;
  sayStarted(context, settings.value, server);
  await untilAborted(signal);
  reporter.note('ending: what is under way is finished first');
  const isWhole = await server.close();
  side.close();
  if (!isWhole) reporter.note('some requests took longer than --drain and were cut off');
  return isWhole ? 0 : 1;
};

function readSettings({ host, flags, directory }: VerbContext): Result<ServerSettings, Diagnostic> {
  const data = flags.text('data');
  if (data === undefined) {
    return fail(problem('no folder is given', 'say where the server keeps its data: --data DIR'));
  }
  const port = flags.number('port') ?? DEFAULT_PORT;
  if (port > MOST_PORT) return fail(problem(`${port} is no port`, 'give --port a number up to 65535'));
  const trustedProxies = flags.texts('trusted-proxy');
  const noAddress = trustedProxies.find((text) => !isAddressOrNetwork(text));
  if (noAddress !== undefined) {
    const hint = 'give --trusted-proxy an address or a network: 192.0.2.1, 10.0.0.0/8, fd00::/8';
    return fail(problem(`${noAddress} is no address`, hint));
  }
  const certificate = flags.text('tls-cert');
  const key = flags.text('tls-key');
  if ((certificate === undefined) !== (key === undefined)) {
    return fail(problem('--tls-cert and --tls-key go together', 'give both, or none for plain HTTP'));
  }
  const pem = (path: string): string => resolve(host.env.workingDirectory, path);
  const absent = [certificate, key].find((path) => path !== undefined && !host.fs.lstat(pem(path)));
  if (absent !== undefined) return fail(problem(`there is no ${absent}`, 'name a PEM file'));
  const file = (path: string): Uint8Array => host.fs.readFile(pem(path));
  return ok({
    dataFolder: resolve(directory, data),
    host: flags.text('host') ?? '127.0.0.1',
    port,
    trustedProxies,
    anonymous: (flags.text('anonymous') ?? 'none') as Anonymous,
    ...(certificate !== undefined && key !== undefined
      ? { tls: { certificate: file(certificate), key: file(key) } }
      : {}),
    maxUploadBytes: flags.number('max-upload') ?? DEFAULT_UPLOAD_BYTES,
    maxBytes: flags.number('max-bytes'),
    drainMs: flags.number('drain') ?? DEFAULT_DRAIN_MS,
    requestsPerSecond: flags.number('rate') ?? DEFAULT_RATE,
    maintenance: {
      collectEveryMs: flags.number('gc-every') ?? HOUR_MS,
      graceMs: flags.number('gc-grace') ?? 24 * HOUR_MS,
      unnamedMs: flags.number('untagged-after') ?? 0,
      scrubEveryMs: flags.number('scrub-every') ?? 7 * 24 * HOUR_MS,
      copyEveryMs: 24 * HOUR_MS,
      trimEveryMs: HOUR_MS,
      audit: {
        keptMs: flags.number('audit-age') ?? DEFAULT_AUDIT_MS,
        entries: flags.number('audit-entries') ?? DEFAULT_AUDIT_ENTRIES,
      },
    },
  });
}

function problem(message: string, hint: string): Diagnostic {
  const code: CliCode = 'cli/bad-value';
  return { code, severity: 'error', message, hint, cause: 'input' };
}

/** Our own faults are told at once; requests are for --events. */
function faults({ reporter }: VerbContext): Subscriber {
  return ({ type, payload }) => {
    if (type !== 'server.fault') return;
    const { requestId, error } = payload as { readonly requestId: string; readonly error: string };
    reporter.note(`request ${requestId} failed by a fault of mobileops: ${error}`);
  };
}

function sayStarted(context: VerbContext, settings: ServerSettings, server: RunningServer): void {
  const { reporter, flags } = context;
  const { firstToken, url } = server;
  const token = flags.has('token-file') ? undefined : firstToken?.secret;
  if (reporter.isJson) reporter.json({ url, ...(token === undefined ? {} : { firstToken: token }) });
  else {
    reporter.result(`listening on ${url}`);
    if (token !== undefined) reporter.result(`the first token, shown this once: ${token}`);
  }
  const { anonymous, tls, host } = settings;
  if (anonymous === 'none')
    reporter.note('every request needs a token (--anonymous read opens it for reading)');
  const isHere = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (!tls && !isHere) {
    reporter.note(
      `tokens go over the network in the clear: give --tls-cert and --tls-key, or put a proxy with TLS in front`,
    );
  }
}

/** Writes the secret to the file that was asked for. */
function keepFirst({ host, flags, reporter }: VerbContext, { secret }: CreatedToken): void {
  const path = flags.text('token-file');
  if (path === undefined) return;
  host.fs.writeFile(resolve(host.env.workingDirectory, path), `${secret}\n`, 0o600);
  reporter.note(`the first token is in ${path}`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}

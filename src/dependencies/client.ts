import { posix } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { EventSink } from '../event/index.ts';
import type { Host, ProcessOutput } from '../host/index.ts';
import type { DependenciesCode } from './diagnostics.ts';

/** What every client call needs. */
export interface ClientContext {
  readonly host: Host;
  readonly cas: Cas;
  /** The user's cache folder; clients keep theirs below `clients/`. */
  readonly cacheDirectory: string;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

export interface ClientCall {
  /** `npm`, `pip`: how messages name it. */
  readonly client: string;
  /** What it was asked for, for messages: `the npm packages of mobile/webapp`. */
  readonly what: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Exit codes that are no failure; 0 unless told. */
  readonly acceptedCodes?: readonly number[];
  /** Of what it says when it fails; 12 unless told. */
  readonly shownLines?: number;
}

/** No client is silent for longer than this, even on a slow line: they time out and retry by themselves. */
const CLIENT_TIMEOUT_MS = 30 * 60_000;

/** Runs a client to its end; a failure is a diagnostic that tells an unreachable network from the rest. */
export async function runClient(
  context: ClientContext,
  call: ClientCall,
): Promise<Result<ProcessOutput, Diagnostic>> {
  const { host, signal } = context;
  const env = { ...clientEnvironment(host.env.variables), ...call.env };
  const options = { cwd: call.cwd, env, signal, timeoutMs: CLIENT_TIMEOUT_MS };
  try {
    const output = await host.processes.run(call.argv, {
      ...options,
      ...(call.stdin === undefined ? {} : { stdin: call.stdin }),
    });
    signal.throwIfAborted();
    const { acceptedCodes = [0] } = call;
    const isDone = output.code !== undefined && acceptedCodes.includes(output.code);
    return isDone ? ok(output) : fail(failureOf(call, output));
  } catch (error) {
    signal.throwIfAborted();
    if (isCode(error, 'ENOENT')) return fail(missingClient(call.client, `${call.client} is not installed`));
    throw error;
  }
}

export function missingClient(client: string, message: string): Diagnostic {
  const hint = INSTALL[client];
  return {
    code: 'dependencies/missing-client' satisfies DependenciesCode,
    severity: 'error',
    message,
    cause: 'environment',
    ...(hint === undefined ? {} : { hint }),
  };
}

const INSTALL: Readonly<Record<string, string>> = {
  npm: 'install Node 20 or newer with npm: `apt-get install nodejs npm`',
  pip: 'install Python 3.11 or newer with pip: `apt-get install python3 python3-pip`',
  java: 'install a JDK 17 or newer: `apt-get install openjdk-17-jdk-headless`',
};

/** What an npm script adds to the environment would steer another npm; all else is the user's own settings. */
function clientEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(variables).filter(
    ([name]) =>
      !/^npm_(package|lifecycle)_/.test(name) &&
      !/^(npm_config_(local_)?prefix|npm_command|npm_execpath|INIT_CWD|NODE_OPTIONS|PYTHONPATH|PYTHONHOME|VIRTUAL_ENV)$/.test(
        name,
      ),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8', NO_COLOR: '1' };
}

/** As the clients word it: resolver, connection, TLS, time-out, proxy. */
const NETWORK =
  /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|CERT_|certificate|Connection (refused|reset|error|broken|timed out)|NewConnectionError|ReadTimeoutError|ConnectTimeout|name resolution|dns error|Failed to fetch|error sending request|Network is unreachable|network connectivity|UnknownHostException|ConnectException|SocketTimeout|SSLHandshake|50[234] (Bad Gateway|Service|Gateway)|ProxyError/i;

function failureOf(call: ClientCall, output: ProcessOutput): Diagnostic {
  const said = `${text(output.stderr)}\n${text(output.stdout)}`;
  const isNetwork = NETWORK.test(said);
  const shown = gist(said, call.shownLines);
  const ended =
    output.code === undefined ? `was ended by ${output.signal ?? 'a signal'}` : `failed (${output.code})`;
  return {
    code: isNetwork ? 'dependencies/network' : 'dependencies/client-failed',
    severity: 'error',
    message: isNetwork
      ? `${call.client} could not reach its index for ${call.what}: ${shown}`
      : `${call.client} ${ended} for ${call.what}: ${shown}`,
    hint: isNetwork
      ? 'check the connection, the proxy and the mirror that the client is set to, then run the command again: it goes on where it stopped'
      : `what ${call.client} says above tells the cause`,
    cause: 'environment',
  };
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

const SHOWN_LINES = 12;

/** The lines that matter of what a client said, credentials in addresses removed. */
export function gist(said: string, shownLines = SHOWN_LINES): string {
  const lines = said
    .split('\n')
    .map((line) => line.trimEnd())
    .filter(
      (line) => line.trim() !== '' && !/^npm (warn|notice)|A complete log of this run|^\s+at /.test(line),
    );
  return redact(lines.slice(-shownLines).join('\n')).trim();
}

/** `scheme://user:secret@host` without the middle. */
export function redact(said: string): string {
  return said.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

let scratchCount = 0;

/** A fresh folder below the cache that is gone with `using`. */
export function scratchFolder(
  context: Pick<ClientContext, 'host' | 'cacheDirectory'>,
): { readonly path: string } & Disposable {
  const { fs, env } = context.host;
  const path = posix.join(context.cacheDirectory, 'clients', 'work', `${env.pid}-${scratchCount++}`);
  fs.remove(path);
  fs.makeDirectory(path, 0o700);
  return { path, [Symbol.dispose]: () => fs.remove(path) };
}

export function clientCache(context: Pick<ClientContext, 'host' | 'cacheDirectory'>, client: string): string {
  const path = posix.join(context.cacheDirectory, 'clients', client);
  context.host.fs.makeDirectory(path);
  return path;
}

import { fail, ok, type Result } from '../../base/index.ts';
import { DEFAULT_PATH, DEFAULT_SHELL, isSignal } from '../../oci/index.ts';
import type { Healthcheck } from './healthcheck.ts';
import type { ServiceStart } from './service-request.ts';

/** What an image says about how it starts. */
export interface ImageStart
  extends Pick<ServiceStart, 'argv' | 'env' | 'workingDirectory' | 'user' | 'volumes'> {
  readonly stopSignal: string;
  readonly healthcheck?: Healthcheck;
}

/** What stands in place of the image's. */
export interface OwnStart {
  /** In place of CMD; none are CMD itself. */
  readonly args: readonly string[];
  /** In place of ENTRYPOINT, and then of CMD too. */
  readonly entrypoint?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly hostname: string;
}

/** By the image's config, of which only the digest was checked. A failure says which field is wrong; no command is an empty `argv`. */
export function imageStart(config: unknown, own: OwnStart): Result<ImageStart, string> {
  try {
    return ok(startOf(new Fields(config ?? {}, 'config'), own));
  } catch (error) {
    if (error instanceof BadField) return fail(error.message);
    throw error;
  }
}

function startOf(config: Fields, own: OwnStart): ImageStart {
  const { args, entrypoint } = own;
  const first = entrypoint === undefined ? config.texts('Entrypoint') : [entrypoint];
  const isOwn = args.length > 0 || entrypoint !== undefined;
  const stopSignal = config.text('StopSignal') || 'SIGTERM';
  if (!isSignal(stopSignal)) throw new BadField(`config.StopSignal is no signal: ${stopSignal}`);
  const healthcheck = healthcheckOf(config);
  return {
    argv: [...first, ...(isOwn ? args : config.texts('Cmd'))],
    env: environmentOf(config.texts('Env'), own),
    workingDirectory: config.text('WorkingDir') || '/',
    user: config.text('User'),
    volumes: config.names('Volumes'),
    stopSignal,
    ...(healthcheck ? { healthcheck } : {}),
  };
}

function environmentOf(entries: readonly string[], { env, hostname }: OwnStart): Record<string, string> {
  const found = new Map([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', hostname],
  ]);
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    if (equals > 0) found.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  return Object.fromEntries([...found, ...Object.entries(env)]);
}

const NANOSECONDS = 1e6;

function healthcheckOf(config: Fields): Healthcheck | undefined {
  const check = config.fields('Healthcheck');
  const [kind, ...words] = check?.texts('Test') ?? [];
  if (!check || kind === undefined || kind === 'NONE') return undefined;
  if (kind !== 'CMD' && kind !== 'CMD-SHELL')
    throw new BadField(`config.Healthcheck.Test begins with ${kind}`);
  if (words.length === 0) throw new BadField('config.Healthcheck.Test names no program');
  const shell = config.texts('Shell');
  const argv = kind === 'CMD' ? words : [...(shell.length > 0 ? shell : DEFAULT_SHELL), ...words.slice(0, 1)];
  const ms = (name: string, otherwise: number): number => check.number(name) / NANOSECONDS || otherwise;
  return {
    argv,
    intervalMs: ms('Interval', 30_000),
    timeoutMs: ms('Timeout', 30_000),
    startPeriodMs: ms('StartPeriod', 0),
    startIntervalMs: ms('StartInterval', 5_000),
    retries: check.number('Retries') || 3,
  };
}

class BadField extends Error {}

/** A JSON object whose fields may be anything; absent ones are empty. */
class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new BadField(`${path} is not an object`);
    this.#object = value as Record<string, unknown>;
    this.#path = path;
  }

  text(name: string): string {
    const value = this.#object[name] ?? '';
    if (typeof value !== 'string') throw new BadField(`${this.#path}.${name} is not a text`);
    return value;
  }

  texts(name: string): readonly string[] {
    const value = this.#object[name] ?? [];
    if (!Array.isArray(value) || value.some((each) => typeof each !== 'string'))
      throw new BadField(`${this.#path}.${name} is not a list of texts`);
    return value;
  }

  number(name: string): number {
    const value = this.#object[name] ?? 0;
    if (typeof value !== 'number' || !(value >= 0))
      throw new BadField(`${this.#path}.${name} is not a number from 0`);
    return value;
  }

  names(name: string): readonly string[] {
    const value = this.#object[name] ?? {};
    if (typeof value !== 'object') throw new BadField(`${this.#path}.${name} is not an object`);
    return Object.keys(value);
  }

  fields(name: string): Fields | undefined {
    const value = this.#object[name] ?? undefined;
    return value === undefined ? undefined : new Fields(value, `${this.#path}.${name}`);
  }
}

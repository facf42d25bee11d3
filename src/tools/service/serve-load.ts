import { posix } from 'node:path';
import { fail, InternalError, ok, type Result } from '../../base/index.ts';
import { type LineProcess, LOAD_GENERATOR } from '../../host/index.ts';
import { badInput, type Tool, type ToolContext, usage } from '../tool.ts';

/** What the rule wrote. */
interface Settings {
  readonly command: string;
  readonly port: number;
  readonly health: string;
  readonly paths: readonly string[];
  readonly startTimeoutMs: number;
  readonly durationMs: number;
  readonly connections: number;
}

type World = Required<Pick<ToolContext, 'host' | 'load'>>;

/**
 * `serve-load v1 <settings> <out>`: starts a service, waits until it is healthy, loads each of its paths and writes how long the
 * answers took. The first second does not count. Whatever happens, the service is ended.
 */
export const serveLoad: Tool = async (operands, context) => {
  const [settings, out] = operands;
  if (operands.length !== 2 || settings === undefined || out === undefined)
    return usage('serve-load <settings> <out>');
  const { fs, workingDirectory, host, load } = context;
  if (!host || !load) throw new InternalError('serve-load runs in the program of our own commands alone');
  const given = JSON.parse(fs.readText(posix.resolve(workingDirectory, settings))) as Settings;
  const service = new Service({ host, load }, given, workingDirectory);
  try {
    const healthy = await service.healthy();
    if (!healthy.ok) return badInput(service.withOutput(healthy.failure));
    const paths: PathLoad[] = [];
    for (const path of given.paths) {
      paths.push(await loaded({ host, load }, given, path));
      if (service.hasEnded) return badInput(service.withOutput('the service ended while it was loaded'));
    }
    const report = { version: 1, generator: LOAD_GENERATOR.version, connections: given.connections, paths };
    fs.writeFile(posix.resolve(workingDirectory, out), `${JSON.stringify(report, undefined, 2)}\n`);
    return ok(undefined);
  } finally {
    await service.end();
  }
};

const WARM_UP_MS = 1000;
const POLL_MS = 50;
const KEPT_LINES = 30;
const END_TIMEOUT_MS = 5000;
const HEALTH_TIMEOUT_MS = 2000;

class Service {
  readonly #world: World;
  readonly #settings: Settings;
  readonly #program: LineProcess;
  readonly #lines: string[] = [];
  hasEnded = false;

  constructor(world: World, settings: Settings, cwd: string) {
    this.#world = world;
    this.#settings = settings;
    const keep = (line: string): void => {
      if (this.#lines.push(line) > KEPT_LINES) this.#lines.shift();
    };
    const { processes, env } = world.host;
    this.#program = processes.startLines(['bash', '-c', settings.command], {
      cwd,
      env: { ...env.variables, PORT: String(settings.port) },
      onLine: keep,
      onErrorLine: keep,
    });
    const ended = (): void => {
      this.hasEnded = true;
    };
    this.#program.exit.then(ended, ended);
  }

  async healthy(): Promise<Result<undefined, string>> {
    const { clock } = this.#world.host;
    const { health, startTimeoutMs, port } = this.#settings;
    const end = clock.monotonicMs() + startTimeoutMs;
    let last = 'nothing answered';
    while (clock.monotonicMs() < end) {
      if (this.hasEnded) return fail('the service ended before it was healthy');
      const status = await this.#statusOf(health);
      if (status !== undefined && status < 400) return ok(undefined);
      if (status !== undefined) last = `it answered with ${status}`;
      await clock.sleep(POLL_MS);
    }
    return fail(
      `the service was not healthy within ${startTimeoutMs} ms: http://127.0.0.1:${port}${health}: ${last}`,
    );
  }

  async #statusOf(path: string): Promise<number | undefined> {
    const url = addressOf(this.#settings, path);
    const headers = { connection: 'close' };
    const answer = await this.#world.host.http.exchange({
      ...{ method: 'GET', url, headers, stallTimeoutMs: HEALTH_TIMEOUT_MS },
    });
    if (!answer.ok) return undefined;
    answer.value.discard();
    return answer.value.status;
  }

  withOutput(text: string): string {
    return this.#lines.length === 0 ? text : `${text}; it wrote:\n${this.#lines.join('\n')}`;
  }

  /** Asked first; what does not end then is ended. */
  async end(): Promise<void> {
    const { clock } = this.#world.host;
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (this.hasEnded) return;
      this.#program.kill(signal);
      const wait = new AbortController();
      const slept = clock.sleep(END_TIMEOUT_MS, wait.signal).catch(() => undefined);
      await Promise.race([this.#program.exit.catch(() => undefined), slept]);
      wait.abort();
    }
  }
}

interface PathLoad {
  readonly path: string;
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

async function loaded({ load }: World, settings: Settings, path: string): Promise<PathLoad> {
  const { connections, durationMs } = settings;
  const url = addressOf(settings, path);
  await load({ url, connections, durationMs: WARM_UP_MS });
  const { answeredMs, refused, unanswered } = await load({ url, connections, durationMs });
  const sorted = Float64Array.from(answeredMs).sort();
  const at = (share: number): number =>
    sorted[Math.ceil(sorted.length * share) - 1] ?? Number.MAX_SAFE_INTEGER;
  return {
    path,
    requests: answeredMs.length + unanswered,
    failed: refused + unanswered,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}

function addressOf({ port }: Settings, path: string): string {
  return `http://127.0.0.1:${port}${path}`;
}

import { fail, InternalError, ok, type Result } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { IdRange } from './id-range.ts';

/** What is needed to start the program. */
export interface ContainerPlace {
  readonly host: Pick<Host, 'fs' | 'processes' | 'env'>;
  /** Python 3.11 or newer. */
  readonly python: string;
  /** `container.py`, beside the modules that it imports. */
  readonly program: string;
  /**
   * An absolute folder for layers and cache mounts, made when it is absent. A user's own: what lies in it belongs to the range's owners,
   * so that only this module can remove it.
   */
  readonly store: string;
}

/** What the program says when it cannot do what was asked. */
export interface ProgramFailure {
  readonly kind: string;
  readonly message: string;
  readonly step?: string;
  readonly diffId?: string;
  readonly timeoutMs?: number;
}

interface Message {
  readonly output?: string;
  readonly done?: unknown;
  readonly failed?: ProgramFailure;
}

export interface Conversation {
  readonly ids: IdRange | undefined;
  readonly request: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: ((bytes: Uint8Array) => void) | undefined;
}

const GRACE_MS = 30_000;
const KEPT_ERROR_LINES = 20;

/** One run of the program. On abort it ends the command and tidies up; a result that comes nevertheless counts. */
export async function converse(
  place: ContainerPlace,
  talk: Conversation,
): Promise<Result<unknown, ProgramFailure>> {
  let last: Message | undefined;
  const errors: string[] = [];
  const child = place.host.processes.startLines(commandLine(place), {
    env: childEnvironment(place),
    onLine: (line) => {
      const message = JSON.parse(line) as Message;
      if (message.output === undefined) last ??= message;
      else talk.onOutput?.(Buffer.from(message.output, 'base64'));
    },
    onErrorLine: (line) => {
      errors.push(line);
      if (errors.length > KEPT_ERROR_LINES) errors.shift();
    },
  });
  let hard: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.end();
    hard = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  };
  talk.signal?.addEventListener('abort', stop);
  child.send(JSON.stringify({ ...talk.request, store: place.store, ids: idsOf(place, talk.ids) }));
  if (talk.signal?.aborted) stop();
  try {
    await child.exit;
  } catch (error) {
    return fail({ kind: 'cannot-start', message: `${place.python}: ${(error as Error).message}` });
  } finally {
    clearTimeout(hard);
    talk.signal?.removeEventListener('abort', stop);
  }
  if (last?.failed?.kind === 'internal') throw new InternalError(`container: ${last.failed.message}`);
  if (last?.failed) return fail(last.failed);
  if (last) return ok(last.done);
  const message = errors.length > 0 ? errors.join('\n') : 'was killed';
  return fail({ kind: 'killed', message });
}

/** Compiled modules go to the store, since our own folder may be read-only; isolated from variables and the user's packages. */
function commandLine({ python, program, store }: ContainerPlace): string[] {
  return [python, '-I', '-S', '-X', 'utf8', '-X', `pycache_prefix=${store}/compiled`, program];
}

/** newuidmap is looked for in PATH. */
function childEnvironment({ host }: ContainerPlace): Record<string, string> {
  const { PATH } = host.env.variables;
  return { PATH: PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
}

function idsOf({ host }: ContainerPlace, ids: IdRange | undefined): unknown {
  return ids ? { uid: host.env.userId, uidStart: ids.uidStart, gidStart: ids.gidStart } : null;
}

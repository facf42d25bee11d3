import { join } from 'node:path';
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

/** A line of the program: the last one is `done` or `failed`. */
export interface Message {
  readonly output?: string;
  readonly done?: unknown;
  readonly failed?: ProgramFailure;
}

export interface TalkOptions {
  readonly ids: IdRange | undefined;
  readonly request: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
  /** All but the last. */
  readonly onMessage: (message: Message) => void;
  /** Hands over our standard streams, for a service. */
  readonly hasOurStreams?: boolean;
}

/** A run of the program that goes on. */
export interface Talk {
  say(message: object): void;
  readonly end: Promise<Result<unknown, ProgramFailure>>;
}

export interface Conversation extends Omit<TalkOptions, 'onMessage' | 'hasOurStreams'> {
  readonly onOutput?: ((bytes: Uint8Array) => void) | undefined;
}

const GRACE_MS = 30_000;
const KEPT_ERROR_LINES = 20;

/** One run of the program to its end. */
export function converse(
  place: ContainerPlace,
  { onOutput, ...talk }: Conversation,
): Promise<Result<unknown, ProgramFailure>> {
  const onMessage = ({ output }: Message): void => onOutput?.(Buffer.from(output ?? '', 'base64'));
  return beginTalk(place, { ...talk, onMessage }).end;
}

/** On abort it ends the command and tidies up; a result that comes nevertheless counts. */
export function beginTalk(place: ContainerPlace, talk: TalkOptions): Talk {
  let last: Message | undefined;
  const errors: string[] = [];
  const { hasOurStreams = false } = talk;
  const argv = [...commandLine(place), ...(hasOurStreams ? ['streams'] : [])];
  const child = place.host.processes.startLines(argv, {
    env: childEnvironment(place),
    hasOurStreams,
    onLine: (line) => {
      const message = JSON.parse(line) as Message;
      if ('done' in message || 'failed' in message) last ??= message;
      else talk.onMessage(message);
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
  const where = { store: place.store, area: areaName(place, talk.ids), ids: idsOf(place, talk.ids) };
  child.send(JSON.stringify({ ...talk.request, ...where }));
  if (talk.signal?.aborted) stop();
  const end = async (): Promise<Result<unknown, ProgramFailure>> => {
    try {
      await child.exit;
    } catch (error) {
      return fail({ kind: 'cannot-start', message: `${place.python}: ${(error as Error).message}` });
    } finally {
      clearTimeout(hard);
      talk.signal?.removeEventListener('abort', stop);
    }
    return resultOf(last, errors);
  };
  return { say: (message) => child.send(JSON.stringify(message)), end: end() };
}

function resultOf(last: Message | undefined, errors: readonly string[]): Result<unknown, ProgramFailure> {
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

/** The store has a part for each range, since it is written into the owners of all files. */
function areaName({ host }: ContainerPlace, ids: IdRange | undefined): string {
  return ids ? `${host.env.userId}-${ids.uidStart}-${ids.gidStart}` : 'root';
}

/** Whether a layer is in the store and whole, as `layer_store.py` sees it; it may be removed at any time. */
export function hasLayer(place: ContainerPlace, ids: IdRange | undefined, diffId: string): boolean {
  const { fs } = place.host;
  const folder = join(place.store, areaName(place, ids), 'layers', diffId.replace('sha256:', ''));
  try {
    const { boot } = JSON.parse(fs.readTextIfExists(join(folder, 'layer')) ?? '') as { boot?: string };
    return boot === undefined || boot === fs.readText('/proc/sys/kernel/random/boot_id').trim();
  } catch {
    return false;
  }
}

function idsOf({ host }: ContainerPlace, ids: IdRange | undefined): unknown {
  return ids ? { uid: host.env.userId, uidStart: ids.uidStart, gidStart: ids.gidStart } : null;
}

import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { parallelOf, refusalOf } from '../container-request.ts';
import { grantedIds, openContainerRunner } from '../container-support.ts';
import {
  beginTalk,
  type ContainerPlace,
  type Message,
  type ProgramFailure,
  type Talk,
} from '../conversation.ts';
import { type PublishedPort, type ServiceStart, serviceRequest } from './service-request.ts';

/** How a program beside a service ended. */
export interface ProbeResult {
  /** 126 or 127 where it could not be started; `output` then says why. */
  readonly exitCode: number;
  /** Its first 4 KiB, of both streams. */
  readonly output: string;
  /** It took too long and was killed. */
  readonly isLate: boolean;
}

/** Why a service has not started, or how it was lost. */
export interface ServiceFailure {
  /** `no-program` and `not-executable` are a command's of the image, `bad-port` a port of the machine that cannot be had. */
  readonly kind: string;
  readonly message: string;
  readonly diffId?: string;
}

/** What may lie in the machine and not in the image, so that the machine is asked. */
const DOUBTFUL: ReadonlySet<string> = new Set(['cannot-start', 'killed', 'no-namespaces', 'no-ids']);

/**
 * Starts the command of an image. Nothing is tried before, so that it is quick: where it fails, the machine is tried, and a
 * diagnostic says what it lacks.
 */
export async function startService(
  place: ContainerPlace,
  start: ServiceStart,
  signal?: AbortSignal,
): Promise<Result<RunningService, ServiceFailure | Diagnostic>> {
  const refusal = refusalOf(start);
  if (refusal !== undefined) return fail({ kind: 'bad-start', message: refusal });
  const ids = grantedIds(place);
  if (!ids.ok) return ids;
  const { promise: started, resolve } = Promise.withResolvers<readonly PublishedPort[]>();
  const probes = new Probes();
  const talk = beginTalk(place, {
    ids: ids.value,
    request: { ...serviceRequest(start), parallel: parallelOf(place.host.env) },
    signal,
    hasOurStreams: true,
    onMessage: (message: ServiceMessage) => {
      if (message.started) resolve(message.started.ports);
      else if (message.probe) probes.answer(message.probe);
    },
  });
  const first = await Promise.race([started, talk.end]);
  if ('ok' in first) return fail(await explained(place, first, signal?.aborted));
  return ok(new RunningService(talk, probes, first));
}

interface ServiceMessage extends Message {
  readonly started?: { readonly ports: readonly PublishedPort[] };
  readonly probe?: { readonly exitCode: number; readonly output: string; readonly isLate: boolean };
}

async function explained(
  place: ContainerPlace,
  ended: Result<unknown, ProgramFailure>,
  isOurWish = false,
): Promise<ServiceFailure | Diagnostic> {
  if (ended.ok) return { kind: 'killed', message: 'ended before it began' };
  if (isOurWish || !DOUBTFUL.has(ended.failure.kind)) return ended.failure;
  const tried = await openContainerRunner(place);
  return tried.ok ? ended.failure : tried.failure;
}

class Probes {
  #waiting: ((result: ProbeResult) => void) | undefined;

  next(): Promise<ProbeResult> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  answer({ exitCode, output, isLate }: NonNullable<ServiceMessage['probe']>): void {
    this.#waiting?.({ exitCode, output: Buffer.from(output, 'base64').toString('utf8'), isLate });
  }
}

/** A command that runs. It ends with us, whatever way we end. */
export class RunningService {
  /** With the ports that were chosen. */
  readonly ports: readonly PublishedPort[];
  /** The exit code, 128 and the number of a signal that ended it. */
  readonly ended: Promise<Result<number, ServiceFailure>>;
  readonly #talk: Talk;
  readonly #probes: Probes;

  constructor(talk: Talk, probes: Probes, ports: readonly PublishedPort[]) {
    this.#talk = talk;
    this.#probes = probes;
    this.ports = ports;
    this.ended = talk.end.then((end) => (end.ok ? ok((end.value as { exitCode: number }).exitCode) : end));
  }

  /** Runs a program beside it, as the same user; one at a time. `undefined` when the service ends first. */
  probe(argv: readonly string[], timeoutMs: number): Promise<ProbeResult | undefined> {
    const result = this.#probes.next();
    this.#talk.say({ probe: { argv, timeoutMs } });
    return Promise.race([result, this.ended.then(() => undefined)]);
  }

  /** A signal by its name or number; where process 1 would not notice it, it is killed at once. */
  stop(signalName: string): void {
    this.#talk.say({ stop: signalName });
  }

  kill(): void {
    this.#talk.say({ kill: true });
  }
}

import type { Subscriber } from '../event/index.ts';
import {
  type BuildMetrics,
  type BuildRecord,
  type Destination,
  destinationsOf,
  type LiveEvents,
  loadSending,
  RecordCollector,
  type Resources,
  type ScoreRecord,
  type Spool,
  withoutSecrets,
} from '../metrics/index.ts';
import { newRecordId } from './record-id.ts';
import { sendWaiting, spoolFolder, untold } from './send-waiting.ts';
import type { VerbContext } from './verb.ts';

/** With CI set nothing of us may be left when the job ends, so there the record is waited for, at most so long. */
const CI_WAIT_MS = 5000;
/** After a failure not every build tries again. */
const PAUSE_MS = 60_000;

type Sending = Awaited<ReturnType<typeof loadSending>>;

/** What came of a build after it had ended. */
export interface Amendment {
  /** What it was a part of, once all of that succeeded. */
  readonly verb?: string | undefined;
  /** What gates measured. */
  readonly scores?: readonly ScoreRecord[];
}

/** A destination with what waits for it. */
interface Place {
  readonly destination: Destination;
  readonly spool: Spool;
}

/**
 * The record of the build that is under way, for the addresses that the environment names. It is written into a spool at the
 * end of the build, and sent from there by a process that nobody waits for; a build neither fails nor waits because of it. A
 * server of ours is told of the build while it runs, too.
 */
export class SentRecord {
  readonly #context: VerbContext;
  readonly #sending: Sending;
  readonly #collector: RecordCollector;
  readonly #places: readonly Place[];
  readonly #live: readonly LiveEvents[];
  #metrics: BuildMetrics | undefined;
  #verb: string | undefined;

  private constructor(context: VerbContext, verb: string, sending: Sending) {
    const { host, reporter } = context;
    const { variables } = host.env;
    const { destinations, problems } = destinationsOf(variables);
    reporter.diagnostics(problems);
    const id = newRecordId(host);
    const clean = withoutSecrets(variables);
    this.#context = context;
    this.#sending = sending;
    this.#collector = new RecordCollector({ id, verb, clean });
    this.#places = destinations.map((destination) => ({
      destination,
      spool: new sending.Spool(host.fs, spoolFolder(host), destination),
    }));
    this.#live = this.#places.flatMap(({ destination, spool }) => {
      const path = spool.state === undefined ? spool.eventsPath : undefined;
      if (path === undefined) return [];
      const url = new URL(path.replace('{id}', id), destination.url).href;
      return [new sending.LiveEvents({ http: host.http, clock: host.clock, destination, url, clean })];
    });
  }

  static async begin(context: VerbContext, verb: string): Promise<SentRecord> {
    return new SentRecord(context, verb, await loadSending());
  }

  get subscriber(): Subscriber {
    return (event) => {
      this.#collector.handle(event);
      for (const live of this.#live) live.handle(event);
    };
  }

  /** Keeps and sends the record beside the document's figures. Tells of earlier ones that could not be sent. */
  async finish(metrics: BuildMetrics): Promise<void> {
    this.stop();
    this.#metrics = metrics;
    await this.#send();
  }

  /** No more is told while it runs. */
  stop(): void {
    for (const live of this.#live) live.stop();
  }

  /** The same record once more, with what is known of it only after the build. */
  async amend({ verb, scores = [] }: Amendment): Promise<void> {
    this.#verb = verb ?? this.#verb;
    const time = this.#context.host.clock.now();
    for (const payload of scores) this.#collector.handle({ time, type: 'gate.measured', payload });
    if (this.#metrics) await this.#send();
  }

  async #send(): Promise<void> {
    const { host, reporter } = this.#context;
    try {
      this.#keep();
      this.#tell();
      if ((host.env.variables.CI ?? '') === '') this.#sendBeside();
      else await this.#sendNow();
    } catch (error) {
      reporter.note(`the record of this build is lost: ${String(error)}`);
    }
  }

  #keep(): void {
    const { host, program } = this.#context;
    const metrics = this.#metrics!;
    const known = this.#collector.record(resourcesOf(metrics));
    const record = { ...known, verb: this.#verb ?? known.verb };
    const { startMs, id } = record;
    for (const { destination, spool } of this.#places) {
      if (destination.kind === 'record') {
        const sent: BuildMetrics & { readonly record: BuildRecord } = { ...metrics, record };
        spool.add({ startMs, id }, JSON.stringify(sent));
        continue;
      }
      const context = { programVersion: program.version, variables: host.env.variables };
      for (const [at, request] of this.#sending.exportRequests(record, context).entries())
        spool.add({ startMs, id: `${id}-${at}` }, JSON.stringify(request));
    }
  }

  #tell(): void {
    const { reporter } = this.#context;
    if (reporter.isQuiet) return;
    for (const { destination, spool } of this.#places) {
      const problem = untold(spool, destination);
      if (!problem || !spool.state) continue;
      reporter.diagnostics([problem]);
      spool.state = { ...spool.state, isTold: true };
    }
  }

  #sendBeside(): void {
    const { host, program } = this.#context;
    const nowMs = host.clock.now();
    const isDue = this.#places.some(
      ({ spool: { state } }) => state?.kind !== 'away' || nowMs - state.triedMs >= PAUSE_MS,
    );
    if (!isDue) return;
    const { nodePath, variables } = host.env;
    host.processes.startDetached([nodePath, program.entry, 'metrics', 'send', '--quiet'], { env: variables });
  }

  async #sendNow(): Promise<void> {
    const { host, signal } = this.#context;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CI_WAIT_MS)]);
    await sendWaiting(
      host,
      this.#places.map(({ destination }) => destination),
      limit,
    );
    this.#tell();
  }
}

function resourcesOf({ resources }: BuildMetrics): Resources {
  return {
    cpuPercent: resources.cpu_percent,
    memoryPercent: resources.memory_percent,
    diskPercent: resources.disk_usage,
  };
}

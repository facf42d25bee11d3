import type { Subscriber } from '../event/index.ts';
import {
  type BuildMetrics,
  type BuildRecord,
  type Destination,
  destinationsOf,
  loadSending,
  RecordCollector,
  type Resources,
  withoutSecrets,
} from '../metrics/index.ts';
import { newRecordId } from './record-id.ts';
import { sendWaiting, spoolFolder, untold } from './send-waiting.ts';
import type { VerbContext } from './verb.ts';

/** With CI set nothing of us may be left when the job ends, so there the record is waited for, at most so long. */
const CI_WAIT_MS = 5000;
/** After a failure not every build tries again. */
const PAUSE_MS = 60_000;

/**
 * The record of the build that is under way, for the addresses that the environment names. It is written into a spool at the
 * end of the build, and sent from there by a process that nobody waits for; a build neither fails nor waits because of it.
 */
export class SentRecord {
  readonly #context: VerbContext;
  readonly #collector: RecordCollector;

  constructor(context: VerbContext, verb: string) {
    const { host } = context;
    this.#context = context;
    const clean = withoutSecrets(host.env.variables);
    this.#collector = new RecordCollector({ id: newRecordId(host), verb, clean });
  }

  get subscriber(): Subscriber {
    return (event) => this.#collector.handle(event);
  }

  /** Keeps and sends the record beside the document's figures. Tells of earlier ones that could not be sent. */
  async finish(metrics: BuildMetrics): Promise<void> {
    const { host, reporter } = this.#context;
    const { destinations, problems } = destinationsOf(host.env.variables);
    reporter.diagnostics(problems);
    try {
      await this.#keep(destinations, metrics);
      await this.#tell(destinations);
      if ((host.env.variables.CI ?? '') === '') await this.#sendBeside(destinations);
      else await this.#sendNow(destinations);
    } catch (error) {
      reporter.note(`the record of this build is lost: ${String(error)}`);
    }
  }

  async #keep(destinations: readonly Destination[], metrics: BuildMetrics): Promise<void> {
    const { host, program } = this.#context;
    const { exportRequests, Spool } = await loadSending();
    const record = this.#collector.record(resourcesOf(metrics));
    for (const destination of destinations) {
      const spool = new Spool(host.fs, spoolFolder(host), destination);
      if (destination.kind === 'record') {
        spool.add(
          record,
          JSON.stringify({ ...metrics, record } satisfies BuildMetrics & { record: BuildRecord }),
        );
        continue;
      }
      const { variables } = host.env;
      const requests = exportRequests(record, { programVersion: program.version, variables });
      for (const [at, request] of requests.entries())
        spool.add({ startMs: record.startMs, id: `${record.id}-${at}` }, JSON.stringify(request));
    }
  }

  async #tell(destinations: readonly Destination[]): Promise<void> {
    const { host, reporter } = this.#context;
    const { Spool } = await loadSending();
    if (reporter.isQuiet) return;
    for (const destination of destinations) {
      const spool = new Spool(host.fs, spoolFolder(host), destination);
      const problem = untold(spool, destination);
      if (!problem || !spool.state) continue;
      reporter.diagnostics([problem]);
      spool.state = { ...spool.state, isTold: true };
    }
  }

  async #sendBeside(destinations: readonly Destination[]): Promise<void> {
    const { host, program } = this.#context;
    const { Spool } = await loadSending();
    const nowMs = host.clock.now();
    const isDue = destinations.some((destination) => {
      const { state } = new Spool(host.fs, spoolFolder(host), destination);
      return state?.kind !== 'away' || nowMs - state.triedMs >= PAUSE_MS;
    });
    if (!isDue) return;
    const { nodePath, variables } = host.env;
    host.processes.startDetached([nodePath, program.entry, 'metrics', 'send', '--quiet'], { env: variables });
  }

  async #sendNow(destinations: readonly Destination[]): Promise<void> {
    const { host, signal } = this.#context;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CI_WAIT_MS)]);
    await sendWaiting(host, destinations, limit);
    await this.#tell(destinations);
  }
}

function resourcesOf({ resources }: BuildMetrics): Resources {
  return {
    cpuPercent: resources.cpu_percent,
    memoryPercent: resources.memory_percent,
    diskPercent: resources.disk_usage,
  };
}

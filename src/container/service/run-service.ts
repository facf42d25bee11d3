import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { Clock } from '../../host/index.ts';
import type { ContainerPlace } from '../conversation.ts';
import { Health, type Healthcheck, type HealthStatus } from './healthcheck.ts';
import {
  type ProbeResult,
  type RunningService,
  type ServiceFailure,
  startService,
} from './running-service.ts';
import type { PublishedPort, ServiceStart } from './service-request.ts';

/** What happens to a service. */
export type ServiceEvent =
  | { readonly type: 'started'; readonly ports: readonly PublishedPort[] }
  | {
      readonly type: 'health';
      readonly status: HealthStatus;
      readonly afterMs: number;
      /** What decided it. */
      readonly probe?: ProbeResult;
    }
  | { readonly type: 'stopping'; readonly signalName: string };

export interface ServiceRun {
  readonly start: ServiceStart;
  readonly healthcheck?: Healthcheck;
  /** By name or number. */
  readonly stopSignal: string;
  /** From that signal to SIGKILL. */
  readonly graceMs: number;
  /** Ends the service when its health is known, with probes `quickMs` apart until then. */
  readonly until?: { readonly quickMs: number; readonly timeoutMs?: number };
  readonly clock: Clock;
  /** Asks it to end. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: ServiceEvent) => void;
}

/** Why we stopped to watch it. */
export type ServiceVerdict = 'ended' | 'interrupted' | 'healthy' | 'unhealthy' | 'late';

export interface ServiceOutcome {
  readonly verdict: ServiceVerdict;
  /** From the start of its command. */
  readonly afterMs: number;
  /** Of its command, however it came to its end. */
  readonly exitCode: number;
  readonly status: HealthStatus | undefined;
  readonly ports: readonly PublishedPort[];
  readonly lastProbe?: ProbeResult;
}

/** Starts a service, watches its health and ends it; nothing of it is left afterwards. */
export async function runService(
  place: ContainerPlace,
  run: ServiceRun,
): Promise<Result<ServiceOutcome, ServiceFailure | Diagnostic>> {
  const setup = new AbortController();
  const stopSetup = (): void => setup.abort();
  run.signal.addEventListener('abort', stopSetup);
  if (run.signal.aborted) setup.abort();
  const started = await startService(place, run.start, setup.signal);
  run.signal.removeEventListener('abort', stopSetup);
  if (!started.ok) return run.signal.aborted ? fail({ kind: 'interrupted', message: '' }) : started;
  return new Watch(started.value, run).toEnd();
}

class Watch {
  readonly #service: RunningService;
  readonly #run: ServiceRun;
  readonly #startedMs: number;
  readonly #health: Health | undefined;
  /** Ends what waits beside the service. */
  readonly #leave = new AbortController();
  #lastProbe: ProbeResult | undefined;

  constructor(service: RunningService, run: ServiceRun) {
    this.#service = service;
    this.#run = run;
    this.#startedMs = run.clock.monotonicMs();
    this.#health = run.healthcheck && new Health(run.healthcheck, run.until?.quickMs);
  }

  async toEnd(): Promise<Result<ServiceOutcome, ServiceFailure>> {
    const { ports, ended } = this.#service;
    this.#run.onEvent({ type: 'started', ports });
    const verdict = await this.#verdict();
    const afterMs = this.#elapsedMs();
    this.#leave.abort();
    if (verdict !== 'ended') await this.#stop();
    const end = await ended;
    if (!end.ok) return end;
    const lastProbe = this.#lastProbe ? { lastProbe: this.#lastProbe } : {};
    return ok({ verdict, afterMs, exitCode: end.value, status: this.#health?.status, ports, ...lastProbe });
  }

  #elapsedMs(): number {
    return this.#run.clock.monotonicMs() - this.#startedMs;
  }

  #verdict(): Promise<ServiceVerdict> {
    const { signal, until } = this.#run;
    const { promise, resolve, reject } = Promise.withResolvers<ServiceVerdict>();
    if (signal.aborted) resolve('interrupted');
    signal.addEventListener('abort', () => resolve('interrupted'), { signal: this.#leave.signal });
    this.#service.ended.then(() => resolve('ended'), reject);
    if (until?.timeoutMs !== undefined)
      this.#sleep(until.timeoutMs).then((isOver) => isOver && resolve('late'), reject);
    this.#watchHealth((status) => {
      if (until && status !== 'starting') resolve(status);
    }).catch(reject);
    return promise;
  }

  async #watchHealth(tell: (status: HealthStatus) => void): Promise<void> {
    const { healthcheck, onEvent } = this.#run;
    const health = this.#health;
    if (!health || !healthcheck) return;
    onEvent({ type: 'health', status: health.status, afterMs: 0 });
    while (true) {
      const plan = health.next();
      if (!(await this.#sleep(plan.atMs - this.#elapsedMs()))) return;
      const atMs = this.#elapsedMs();
      const probe = await this.#service.probe(healthcheck.argv, healthcheck.timeoutMs);
      if (!probe || this.#leave.signal.aborted) return;
      this.#lastProbe = probe;
      const endedMs = this.#elapsedMs();
      const hasPassed = probe.exitCode === 0 && !probe.isLate;
      if (!health.record({ ...plan, atMs, endedMs, hasPassed })) continue;
      onEvent({ type: 'health', status: health.status, afterMs: endedMs, probe });
      tell(health.status);
    }
  }

  /** Whether the time has passed; not when there is nothing to wait for any more. */
  async #sleep(durationMs: number): Promise<boolean> {
    try {
      await this.#run.clock.sleep(Math.max(0, durationMs), this.#leave.signal);
      return true;
    } catch (error) {
      if (this.#leave.signal.aborted) return false;
      throw error;
    }
  }

  async #stop(): Promise<void> {
    const { clock, graceMs, stopSignal, onEvent } = this.#run;
    onEvent({ type: 'stopping', signalName: stopSignal });
    this.#service.stop(stopSignal);
    const hasEnded = new AbortController();
    this.#service.ended.then(() => hasEnded.abort());
    try {
      await clock.sleep(graceMs, hasEnded.signal);
      this.#service.kill();
    } catch (error) {
      if (!hasEnded.signal.aborted) throw error;
    }
  }
}

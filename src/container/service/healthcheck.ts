/** A HEALTHCHECK with Docker's defaults filled in. */
export interface Healthcheck {
  readonly argv: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
  readonly retries: number;
}

/** `starting` until the first probe that passes or the last that may fail. */
export type HealthStatus = 'starting' | 'healthy' | 'unhealthy';

export interface PlannedProbe {
  /** Since the start of the service. */
  readonly atMs: number;
  /** Whether a failure counts; that of a quick probe in between does not. */
  readonly isCounted: boolean;
}

/** Before the first quick probe; later ones come at longer intervals, up to the one that was asked for. */
const FIRST_QUICK_MS = 100;

/**
 * When to probe and what follows from it, as Docker has it. With `quickMs` there are probes in between while the service is starting,
 * which can only make it healthy: so it is found healthy early, and unhealthy when Docker would say so.
 */
export class Health {
  status: HealthStatus = 'starting';
  readonly #check: Healthcheck;
  readonly #quickMs: number;
  #failures = 0;
  #lastMs = 0;
  #lastCountedMs = 0;

  constructor(check: Healthcheck, quickMs = Number.POSITIVE_INFINITY) {
    this.#check = check;
    this.#quickMs = quickMs;
  }

  next(): PlannedProbe {
    const { intervalMs, startIntervalMs, startPeriodMs } = this.#check;
    const isEarly = this.status === 'starting' && this.#lastCountedMs < startPeriodMs;
    const countedMs = this.#lastCountedMs + (isEarly ? startIntervalMs : intervalMs);
    const quickMs = this.status === 'starting' ? this.#nextQuickMs() : Number.POSITIVE_INFINITY;
    return { atMs: Math.min(countedMs, quickMs), isCounted: countedMs <= quickMs };
  }

  #nextQuickMs(): number {
    if (this.#quickMs === Number.POSITIVE_INFINITY) return this.#quickMs;
    return this.#lastMs + Math.min(this.#quickMs, Math.max(FIRST_QUICK_MS, this.#lastMs));
  }

  /** Whether the status is another one now. */
  record(probe: PlannedProbe & { readonly endedMs: number; readonly hasPassed: boolean }): boolean {
    const before = this.status;
    this.#lastMs = probe.endedMs;
    if (probe.isCounted) this.#lastCountedMs = probe.endedMs;
    if (probe.hasPassed) {
      this.#failures = 0;
      this.status = 'healthy';
    } else if (probe.isCounted && !(before === 'starting' && probe.atMs < this.#check.startPeriodMs)) {
      this.#failures += 1;
      if (this.#failures >= this.#check.retries) this.status = 'unhealthy';
    }
    return this.status !== before;
  }
}

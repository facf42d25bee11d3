/** One piece of work among others. */
export interface Job {
  readonly id: string;
  /** Ids of jobs that must have succeeded first; all of them are in the same run. */
  readonly needs: readonly string[];
  readonly cpus: number;
  readonly memoryBytes: number;
  /** For the critical path; a guess is fine. */
  readonly expectedMs: number;
  /** Called when all needs are done, before resources are taken: true when nothing has to run. */
  probe(): boolean;
  /** True on success. */
  run(): Promise<boolean>;
  /** Told once when a need failed or the run stopped; `because` is that job's id, or undefined for the stop. */
  skip(because: string | undefined): void;
}

export interface Limits {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
}

export interface ScheduleOutcome {
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

interface Node {
  readonly job: Job;
  readonly dependents: Node[];
  waitingFor: number;
  /** Expected time from this job's start to the end of everything behind it. */
  criticalMs: number;
  state: 'waiting' | 'ready' | 'running' | 'done' | 'failed' | 'skipped';
}

/**
 * Runs jobs as soon as their needs and the resources allow, the longest remaining path first. A job larger than a limit
 * runs alone. Without `keepGoing` nothing new is started after a failure; what runs is allowed to end.
 */
export function schedule(jobs: readonly Job[], limits: Limits): Promise<ScheduleOutcome> {
  return new Schedule(jobs, limits).run();
}

class Schedule {
  readonly #nodes: Node[];
  readonly #limits: Limits;
  readonly #ready: Node[] = [];
  #cpus = 0;
  #memoryBytes = 0;
  #running = 0;
  #stopped = false;
  /** What a job threw: a bug of ours, told once all that runs has ended. */
  #fault: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(jobs: readonly Job[], limits: Limits) {
    this.#limits = limits;
    this.#nodes = link(jobs);
  }

  async run(): Promise<ScheduleOutcome> {
    const stop = (): void => {
      this.#stopped = true;
      this.#wake();
    };
    this.#limits.signal.addEventListener('abort', stop);
    if (this.#limits.signal.aborted) stop();
    for (const node of this.#nodes.filter(({ waitingFor }) => waitingFor === 0)) this.#becomeReady(node);
    while (this.#startAll() || this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#limits.signal.removeEventListener('abort', stop);
    if (this.#fault) throw this.#fault.error;
    for (const node of this.#nodes)
      if (node.state === 'waiting' || node.state === 'ready') this.#skip(node, undefined);
    return { failed: this.#ids('failed'), skipped: this.#ids('skipped') };
  }

  #ids(state: Node['state']): string[] {
    return this.#nodes.filter((node) => node.state === state).map((node) => node.job.id);
  }

  /** Iterative: a chain of thousands of cached jobs must not use the stack. */
  #becomeReady(first: Node): void {
    const stack = [first];
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (this.#stopped) return;
      if (!node.job.probe()) {
        node.state = 'ready';
        insertByPriority(this.#ready, node);
        continue;
      }
      node.state = 'done';
      stack.push(...released(node));
    }
  }

  /** Starts what fits; true when something was started. A job that does not fit lets smaller ones pass. */
  #startAll(): boolean {
    let started = false;
    for (let index = 0; index < this.#ready.length && !this.#stopped; ) {
      const node = this.#ready[index]!;
      if (!this.#fits(node.job)) index++;
      else {
        this.#ready.splice(index, 1);
        this.#start(node);
        started = true;
        if (this.#cpus >= this.#limits.cpus) break;
      }
    }
    return started;
  }

  #fits(job: Job): boolean {
    if (this.#running === 0) return true;
    const { cpus, memoryBytes } = this.#limits;
    return this.#cpus + job.cpus <= cpus && this.#memoryBytes + job.memoryBytes <= memoryBytes;
  }

  #start(node: Node): void {
    const { job } = node;
    node.state = 'running';
    this.#running++;
    this.#cpus += job.cpus;
    this.#memoryBytes += job.memoryBytes;
    const settle = (succeeded: boolean): void => {
      this.#running--;
      this.#cpus -= job.cpus;
      this.#memoryBytes -= job.memoryBytes;
      if (succeeded) this.#succeed(node);
      else this.#fail(node);
      this.#wake();
    };
    job.run().then(settle, (error: unknown) => {
      this.#fault ??= { error };
      settle(false);
    });
  }

  #succeed(node: Node): void {
    node.state = 'done';
    for (const dependent of released(node)) this.#becomeReady(dependent);
  }

  #fail(node: Node): void {
    node.state = 'failed';
    if (!this.#limits.keepGoing || this.#fault) this.#stopped = true;
    const stack = [...node.dependents];
    for (let dependent = stack.pop(); dependent; dependent = stack.pop()) {
      if (dependent.state !== 'waiting') continue;
      this.#skip(dependent, node.job.id);
      stack.push(...dependent.dependents);
    }
  }

  #skip(node: Node, because: string | undefined): void {
    node.state = 'skipped';
    node.job.skip(because);
  }
}

function released(node: Node): Node[] {
  return node.dependents.filter((dependent) => --dependent.waitingFor === 0 && dependent.state === 'waiting');
}

function insertByPriority(ready: Node[], node: Node): void {
  let low = 0;
  let high = ready.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ready[middle]!.criticalMs >= node.criticalMs) low = middle + 1;
    else high = middle;
  }
  ready.splice(low, 0, node);
}

function link(jobs: readonly Job[]): Node[] {
  const nodes = jobs.map(
    (job): Node => ({ job, dependents: [], waitingFor: 0, criticalMs: job.expectedMs, state: 'waiting' }),
  );
  const byId = new Map(nodes.map((node) => [node.job.id, node]));
  for (const node of nodes) {
    for (const id of new Set(node.job.needs)) {
      const need = byId.get(id);
      if (!need) continue;
      need.dependents.push(node);
      node.waitingFor++;
    }
  }
  for (const node of inTopologicalOrder(nodes).reverse()) {
    for (const dependent of node.dependents) {
      node.criticalMs = Math.max(node.criticalMs, node.job.expectedMs + dependent.criticalMs);
    }
  }
  return nodes;
}

function inTopologicalOrder(nodes: readonly Node[]): Node[] {
  const waiting = new Map(nodes.map((node) => [node, node.waitingFor]));
  const order = nodes.filter((node) => node.waitingFor === 0);
  for (let index = 0; index < order.length; index++) {
    for (const dependent of order[index]!.dependents) {
      const left = waiting.get(dependent)! - 1;
      waiting.set(dependent, left);
      if (left === 0) order.push(dependent);
    }
  }
  return order;
}

import type { Clock } from '../../host/index.ts';

/** Requests that are under way, and the end of a server that waits for them. */
export class Drain {
  readonly #ending = new AbortController();
  #inFlight = 0;
  #whenIdle: (() => void) | undefined;

  get isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Aborted when nothing new is begun any more: answers that never end of themselves do so then. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  begin(): void {
    this.#inFlight += 1;
  }

  end(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#whenIdle?.();
  }

  /** From here on nothing new is begun. Waits for what is; false when it took longer than `mostMs`. */
  async finish(clock: Clock, mostMs: number): Promise<boolean> {
    this.#ending.abort();
    if (this.#inFlight === 0) return true;
    const idle = new Promise<true>((resolve) => {
      this.#whenIdle = () => resolve(true);
    });
    const over = new AbortController();
    const late = clock.sleep(mostMs, over.signal).then(
      () => false,
      () => false,
    );
    const isDone = await Promise.race([idle, late]);
    over.abort();
    return isDone;
  }
}

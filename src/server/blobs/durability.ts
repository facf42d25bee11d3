export interface DurabilityOptions {
  readonly sync: (key: string) => Promise<void>;
  /** How many are brought to the disk at once when nobody waits for them. */
  readonly atOnce: number;
  /** When more than these wait, who adds one waits, too. */
  readonly mostWaiting: number;
  /** How long content waits for somebody to ask for it: what comes in one burst costs the disk less once it has come. */
  readonly pause: () => Promise<void>;
}

/** Brings content to the disk some time after it came, a few at a time, and at once for who must wait for it. */
export class Durability {
  readonly #options: DurabilityOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  /** Not tried again before someone needs them. */
  readonly #failed = new Set<string>();
  #isPausing = false;

  constructor(options: DurabilityOptions) {
    this.#options = options;
  }

  /** Says that a key's content came, and may not be on the disk. */
  async add(key: string): Promise<void> {
    this.#waiting.add(key);
    void this.#soon();
    while (this.#waiting.size > this.#options.mostWaiting) {
      this.#next();
      await Promise.race(this.#running.values()).catch(() => {});
    }
  }

  /** Waits until the content of these keys is on the disk; throws why one of them is not. */
  async flush(keys: Iterable<string>): Promise<void> {
    await Promise.all([...keys].map((key) => this.#flushed(key)));
  }

  /** Waits for all. */
  async drain(): Promise<void> {
    await this.flush([...this.#waiting, ...this.#failed, ...this.#running.keys()]);
  }

  async #flushed(key: string): Promise<void> {
    await this.#running.get(key)?.catch(() => {});
    if (this.#waiting.has(key) || this.#failed.has(key)) await this.#start(key);
  }

  async #soon(): Promise<void> {
    if (this.#isPausing) return;
    this.#isPausing = true;
    await this.#options.pause();
    this.#isPausing = false;
    this.#next();
  }

  /** In the background an error is kept out of the way: who needs the content tries again and is told. */
  #next(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.atOnce) return;
      if (!this.#running.has(key)) void this.#start(key).catch(() => {});
    }
  }

  async #start(key: string): Promise<void> {
    this.#waiting.delete(key);
    this.#failed.delete(key);
    const work = this.#options.sync(key).finally(() => this.#running.delete(key));
    this.#running.set(key, work);
    try {
      await work;
    } catch (error) {
      this.#failed.add(key);
      throw error;
    } finally {
      if (!this.#isPausing) this.#next();
    }
  }
}

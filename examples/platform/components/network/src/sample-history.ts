import type { Sample } from './sample.js';

export interface Numbered {
  /** Counts from 1 for the first sample that ever came. */
  readonly last: number;
  readonly samples: readonly Sample[];
}

/** The latest samples, each with a number, so that a reader can ask for what it has not seen. */
export class SampleHistory {
  readonly #capacity: number;
  #samples: Sample[] = [];
  #last = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(sample: Sample): void {
    this.#samples = [...this.#samples, sample].slice(-this.#capacity);
    this.#last++;
  }

  /** What came after sample number `seen`, as far as it is still kept. A number from another life of the server counts as 0. */
  after(seen: number): Numbered {
    const missed = seen > this.#last ? this.#last : this.#last - seen;
    return { last: this.#last, samples: missed === 0 ? [] : this.#samples.slice(-missed) };
  }

  latest(count: number): readonly Sample[] {
    return this.#samples.slice(-count);
  }
}

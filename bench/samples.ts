import { median } from './measure.ts';

/** What a column of the table is about: a scenario of a tool, or something measured beside them. */
export interface SampleKey {
  readonly size: number;
  readonly subject: string;
  readonly scenario: string;
}

export interface Summary {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly runs: number;
}

/** All values of one run of the bench. */
export class Samples {
  readonly #values = new Map<string, number[]>();

  add({ size, subject, scenario }: SampleKey, value: number): void {
    const key = `${size} ${subject} ${scenario}`;
    const known = this.#values.get(key);
    if (known) known.push(value);
    else this.#values.set(key, [value]);
  }

  get({ size, subject, scenario }: SampleKey): Summary | undefined {
    const values = this.#values.get(`${size} ${subject} ${scenario}`);
    if (!values) return undefined;
    return {
      median: median(values),
      minimum: Math.min(...values),
      maximum: Math.max(...values),
      runs: values.length,
    };
  }
}

/** The rows of docs/promises.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GuardingTest {
  /** Relative to the repository. */
  readonly file: string;
  readonly title: string;
}

export interface Promised {
  readonly promise: string;
  /** `kept`, `in part: …` or `not kept…`. */
  readonly state: string;
  readonly tests: readonly GuardingTest[];
}

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'promises.md'), 'utf8');

export const PROMISES: readonly Promised[] = PAGE.split('\n')
  .filter((line) => /^\| (?!promise \|)/.test(line))
  .map((line) => {
    const [promise, , state, guards] = line.split('|').slice(1, -1);
    const tests = [...guards!.matchAll(/`([^`]+)`: “([^”]+)”/g)];
    return {
      ...{ promise: promise!.trim(), state: state!.trim() },
      tests: tests.map((match) => ({ file: match[1]!, title: match[2]! })),
    };
  });

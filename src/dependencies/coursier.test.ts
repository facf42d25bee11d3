import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FakeCall, FakeRun } from '../host/testing.ts';
import { provideCoursier } from './coursier.ts';
import { CACHE, fakeWorld } from './testing.ts';

interface Case {
  readonly answers: readonly FakeRun[];
  /** How often it is asked for coursier's jars, and what that ends with. */
  readonly expected: readonly [calls: number, code: string];
}

const ASSERTION = { code: 1, stderr: 'Traceback (most recent call last):\nAssertionError' };

/** No jars come from here, so that what is believed ends as wrong content. */
const STARTS: Readonly<Record<string, Case>> = {
  'an answer': { answers: [{ stdout: '[]' }], expected: [1, 'dependencies/wrong-content'] },
  'a failed assertion of its own, then an answer': {
    answers: [ASSERTION, { stdout: '[]' }],
    expected: [2, 'dependencies/wrong-content'],
  },
  'a failed assertion that stays': {
    answers: [ASSERTION, ASSERTION],
    expected: [2, 'dependencies/client-failed'],
  },
  'another failure': {
    answers: [{ code: 1, stderr: 'KeyError' }],
    expected: [1, 'dependencies/client-failed'],
  },
};

for (const [name, { answers, expected }] of Object.entries(STARTS)) {
  test(`coursier's first jars are asked for again only where the resolver failed itself: ${name}`, async () => {
    let calls = 0;
    const first = ({ argv }: FakeCall): FakeRun | undefined => {
      if (argv.includes('download')) return {};
      return argv.includes('-c') ? answers[calls++] : undefined;
    };
    const { host, cas } = fakeWorld({ first }, {}, { programs: { java: '/usr/bin/java' } });
    const provided = await provideCoursier({
      host,
      cas,
      cacheDirectory: CACHE,
      sink: () => {},
      signal: new AbortController().signal,
    });
    assert.deepEqual([calls, provided.ok ? '' : provided.failure.code], expected);
  });
}

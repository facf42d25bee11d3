import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InstrumentationReader, type InstrumentationRun } from './instrumentation.ts';
import { junitOf } from './junit.ts';

/** A line a millisecond. */
function read(text: string): InstrumentationRun {
  const reader = new InstrumentationReader();
  const lines = text.split('\n');
  lines.forEach((line, index) => void reader.line(line, index));
  return reader.finish(lines.length);
}

const status = (pairs: Readonly<Record<string, string | number>>, code: number): string =>
  [
    ...Object.entries(pairs).map(([key, value]) => `INSTRUMENTATION_STATUS: ${key}=${value}`),
    `INSTRUMENTATION_STATUS_CODE: ${code}`,
  ].join('\n');

/** As AndroidJUnitRunner tells of a test: that it begins, and what came of it. */
function told(name: string, code: number, more: Readonly<Record<string, string>> = {}, numtests = 1): string {
  const pairs = { class: 'com.example.DemoTest', current: 1, id: 'AndroidJUnitRunner', numtests, test: name };
  return `${status({ ...pairs, stream: '\ncom.example.DemoTest:' }, 1)}\n${status({ ...pairs, ...more }, code)}`;
}

const END = 'INSTRUMENTATION_RESULT: stream=\n\nTime: 0.01\n\nOK (1 test)\n\n\nINSTRUMENTATION_CODE: -1';
const STACK =
  'java.lang.AssertionError: expected:<4> but was:<5>\n\tat org.junit.Assert.fail(Assert.java:89)\n\tat com.example.DemoTest.two(DemoTest.java:9)\n';

test('a run with every outcome, as the platform tells of it', () => {
  const text = [
    told('one', 0, { stream: '.' }, 5),
    told('two', -2, { stack: STACK, stream: `\nError in two(com.example.DemoTest):\n${STACK}` }, 5),
    told('three', -1, { stack: 'java.lang.IllegalStateException: no' }, 5),
    told('four', -3, {}, 5),
    told('five', -4, { stack: 'org.junit.AssumptionViolatedException: no camera' }, 5),
    END,
  ].join('\n');
  const { tests, problem } = read(text);
  assert.equal(problem, undefined);
  assert.deepEqual(
    tests.map(({ name, outcome }) => `${name} ${outcome}`),
    ['one passed', 'two failed', 'three error', 'four skipped', 'five skipped'],
  );
  assert.match(tests[1]!.detail!, /^java\.lang\.AssertionError: expected:<4> but was:<5>\n\tat org/);
  assert.equal(tests[3]!.detail, 'ignored');
  assert.ok(tests.every(({ durationMs }) => durationMs > 0));
});

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ['nothing at all', '', /ends before the run does/],
  ['no end', told('one', 0), /ends before the run does/],
  ['another end', `${told('one', 0)}\nINSTRUMENTATION_CODE: 0`, /ended with the code 0/],
  ['no test', END, /there was no test/],
  ['a test that is missing', `${told('one', 0, {}, 3)}\n${END}`, /^1 of 3 tests came to their end$/],
  [
    'a crash',
    `${told('one', 0, {}, 2)}\n${told('two', 0, {}, 2).split('\n').slice(0, 8).join('\n')}\nINSTRUMENTATION_RESULT: shortMsg=Process crashed.\nINSTRUMENTATION_RESULT: longMsg=java.lang.OutOfMemoryError\nINSTRUMENTATION_CODE: 0`,
    /^the app ended while its tests ran: Process crashed\.: java\.lang\.OutOfMemoryError$/,
  ],
  [
    'a runner that is not there',
    `${status({ Error: 'Unable to find instrumentation info for: ComponentInfo{a.test/b.Runner}', id: 'ActivityManagerService' }, -1)}\nandroid.util.AndroidException: INSTRUMENTATION_FAILED: a.test/b.Runner`,
    /^Unable to find instrumentation info for: ComponentInfo\{a\.test\/b\.Runner\}$/,
  ],
  [
    'a start that fails',
    'INSTRUMENTATION_FAILED: a.test/b.Runner',
    /^the device cannot start a\.test\/b\.Runner$/,
  ],
  ['an abort', 'INSTRUMENTATION_ABORTED: System has crashed.', /^System has crashed\.$/],
];

for (const [what, text, problem] of WRONG)
  test(`a run is no success with ${what}`, () => assert.match(read(text).problem ?? 'none', problem));

test('a test that began and did not end is an error, also where others followed it', () => {
  const begun = told('one', 0, {}, 2).split('\nINSTRUMENTATION_STATUS_CODE: 1\n')[0]!;
  const { tests, problem } = read(
    `${begun}\nINSTRUMENTATION_STATUS_CODE: 1\n${told('two', 0, {}, 2)}\n${END}`,
  );
  assert.deepEqual(
    tests.map(({ name, outcome, detail }) => [name, outcome, detail]),
    [
      ['one', 'error', 'it began and did not end'],
      ['two', 'passed', undefined],
    ],
  );
  assert.match(problem!, /1 of 2 tests/);
});

const OUTCOMES = { 0: 'passed', [-1]: 'error', [-2]: 'failed', [-3]: 'skipped', [-4]: 'skipped' } as const;
const word = fc.stringMatching(/^[A-Za-z][\w.$[\]-]{0,30}$/);
/** A line of a trace. */
const line = fc
  .string({ maxLength: 60 })
  .filter((text) => !/[\r\n]/.test(text) && !text.startsWith('INSTRUMENTATION_'));
const told1 = fc.record({
  className: word,
  name: word,
  code: fc.constantFrom(0, -1, -2, -3, -4),
  stack: fc.array(line, { minLength: 1, maxLength: 5 }),
});

test('every test that is told of is read once, with its outcome and its trace', () => {
  fc.assert(
    fc.property(fc.array(told1, { minLength: 1, maxLength: 12 }), fc.boolean(), (all, isWindows) => {
      const text = [
        ...all.map(({ className, name, code, stack }) => {
          const pairs = { class: className, test: name, numtests: all.length };
          return `${status(pairs, 1)}\n${status(code === 0 ? pairs : { ...pairs, stack: `x${stack.join('\n')}` }, code)}`;
        }),
        END,
      ].join('\n');
      const { tests, problem } = read(isWindows ? text.replaceAll('\n', '\r\n') : text);
      assert.equal(problem, undefined);
      assert.deepEqual(
        tests.map(({ className, name, outcome }) => ({ className, name, outcome })),
        all.map(({ className, name, code }) => ({
          ...{ className, name },
          outcome: OUTCOMES[code as keyof typeof OUTCOMES],
        })),
      );
      assert.ok(tests.every(({ outcome, detail }) => outcome === 'passed' || detail!.startsWith('x')));
    }),
  );
});

test('no output makes the reader throw, and none that is cut off is a success', () => {
  const whole = `${told('one', 0, {}, 2)}\n${told('two', -2, { stack: STACK }, 2)}\n${END}`;
  fc.assert(
    fc.property(fc.nat(whole.length - 1), (length) => {
      assert.notEqual(read(whole.slice(0, length)).problem, undefined);
    }),
  );
  const piece = fc.constantFrom(
    ...[
      'INSTRUMENTATION_STATUS: ',
      'INSTRUMENTATION_STATUS_CODE: ',
      'INSTRUMENTATION_RESULT: ',
      'class=',
      'test=',
    ],
    ...['INSTRUMENTATION_CODE: ', 'numtests=', '-1', '1', '999999999999999999', '\n', '\r\n', '\u001b[31m'],
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 60 }),
      (parts) => {
        const run = read(parts.join(''));
        const xml = junitOf(run, { name: 'x', serial: 'y', durationMs: 1 });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot hold
        assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
        assert.equal(
          xml.match(/<testcase /g)?.length ?? 0,
          run.tests.length + (run.problem === undefined ? 0 : 1),
        );
      },
    ),
  );
});

test('a report holds the cases, and what is wrong with the run as one more', () => {
  const run = read(`${told('two', -2, { stack: 'a < b & "c"' }, 2)}\nINSTRUMENTATION_CODE: -1`);
  const xml = junitOf(run, { name: 'app:demo on Pixel', serial: 'S1', durationMs: 1500 });
  assert.match(
    xml,
    /<testsuite name="app:demo on Pixel" hostname="S1" tests="2" failures="1" errors="1" skipped="0" time="1\.500">/,
  );
  assert.match(xml, /<failure message="a &lt; b &amp; &quot;c&quot;">a &lt; b &amp; "c"<\/failure>/);
  assert.match(xml, /name="the run as a whole"><error message="1 of 2 tests came to their end"\/>/);
});

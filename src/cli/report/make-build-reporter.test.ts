import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildOutcome } from '../../build/index.ts';
import { type BuildEvent, INTERRUPTED } from '../../event/index.ts';
import { describeFailure } from '../../execution/index.ts';
import { type BuildReporterOptions, makeBuildReporter } from './make-build-reporter.ts';
import { PLAIN_STYLE } from './style.ts';
import { at, done, outcome, START_MS, started } from './testing.ts';

/** The whole report of a build in a pipe. */
function report(
  events: readonly BuildEvent[],
  result: BuildOutcome,
  more: Partial<BuildReporterOptions> = {},
): string {
  const chunks: string[] = [];
  const output = {
    isTerminal: false,
    columns: () => 80,
    rows: () => 24,
    write: (each: string) => chunks.push(each),
  };
  const reporter = makeBuildReporter({
    output,
    style: PLAIN_STYLE,
    clock: { now: () => START_MS },
    shownOutput: 'failed',
    verb: 'build',
    logPath: 'build-cache/logs/x.log',
    jobs: 2,
    isQuiet: false,
    isLive: false,
    ...more,
  });
  for (const event of events) reporter.handle(event);
  reporter.finish(result);
  return chunks.join('');
}

function check(
  name: string,
  given: { events: readonly BuildEvent[]; outcome: BuildOutcome; options?: Partial<BuildReporterOptions> },
  expected: string,
): void {
  test(name, () =>
    assert.equal(report(given.events, given.outcome, given.options), expected.replace(/^\n/, '')),
  );
}

const UP_TO_DATE = [
  { label: 'component:a', status: 'up-to-date', durationMs: 0 },
  { label: 'component:b', status: 'up-to-date', durationMs: 0 },
] as const;

check(
  'nothing to do',
  {
    events: [at(0, 'build.planned', { actions: 0, targets: 2, upToDate: 2 })],
    outcome: outcome({ targets: UP_TO_DATE, durationMs: 43 }),
  },
  'nothing to do (2 targets up to date, 43ms)\n',
);

const artifact = {
  label: 'component:a',
  name: 'engine',
  type: 'binary',
  path: 'dist/components/a',
  isFile: false,
  sizeBytes: 767_000,
  sha256: '3bf45b080ee4'.padEnd(64, '0'),
  status: 'built',
} as const;

const BUILT = [
  at(0, 'build.planned', { actions: 2, targets: 3, upToDate: 1 }),
  at(0, 'action.started', started('component:a', 'compile')),
  at(1, 'action.cached', done('component:b', 'pack', { output: 'packed\n' })),
  at(2, 'action.finished', done('component:a', 'compile', { output: 'one warning\n' })),
];
const BUILT_OUTCOME = outcome({
  targets: [...UP_TO_DATE, { label: 'component:c', status: 'built', durationMs: 2000 }],
  artifacts: [
    artifact,
    { ...artifact, name: 'app', isFile: true, path: 'dist/mobile/app.apk', sizeBytes: 5, status: 'restored' },
  ],
  counts: { ran: 1, cached: 1, failed: 0, skipped: 0, upToDate: 1 },
});

check(
  'a build: one line an action, then the table',
  { events: BUILT, outcome: BUILT_OUTCOME },
  `
2 actions for 3 targets, 1 up to date
[1/2] component:b  pack  cached
[2/2] component:a  compile  2.0s

artifact       size  sha256        path
engine    749.0 KiB  3bf45b080ee4  dist/components/a/
app             5 B  3bf45b080ee4  dist/mobile/app.apk (put back)

built in 4.2s: 1 ran, 1 cached, 1 put back, 1 of 3 targets up to date
`,
);

test('a table that is wider than the terminal lacks the digest, and breaks no path', () => {
  const path = `dist/mobile/${'long-'.repeat(8)}release.apk`;
  const artifacts = [{ ...artifact, name: 'a name of words', isFile: true, path }];
  const output = {
    isTerminal: true,
    columns: () => 74,
    rows: () => 24,
    write: (text: string) => void chunks.push(text),
  };
  const chunks: string[] = [];
  report([], outcome({ artifacts }), { output });
  assert.deepEqual(chunks.join('').split('\n').slice(1, 4), [
    'artifact       size  path',
    `a name    749.0 KiB  ${path}`,
    'of words',
  ]);
});

check(
  'all output',
  { events: BUILT, outcome: outcome({ ...BUILT_OUTCOME, artifacts: [] }), options: { shownOutput: 'all' } },
  `
2 actions for 3 targets, 1 up to date
[1/2] component:b  pack  cached
  packed
[2/2] component:a  compile  2.0s
  one warning
built in 4.2s: 1 ran, 1 cached, 1 of 3 targets up to date
`,
);

check(
  'quiet says nothing of a build that succeeds',
  { events: BUILT, outcome: BUILT_OUTCOME, options: { isQuiet: true } },
  '',
);

const long = `${Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join('\n')}\n`;
const FAILED = [
  at(0, 'build.planned', { actions: 4, targets: 3, upToDate: 0 }),
  at(0, 'action.started', started('component:a', 'compile')),
  at(
    1,
    'action.finished',
    done('component:a', 'compile', { exitCode: 2, output: long, failure: 'ended with exit code 2' }),
  ),
  at(1, 'action.skipped', { id: 'component:a#pack', label: 'component:a', because: 'component:a#compile' }),
  at(
    2,
    'action.finished',
    done('component:b', 'check', {
      exitCode: 1,
      output: '\u001b[2Jbad \u001b[31mred\u001b[0m\n',
      failure: 'did not end within 5 s',
    }),
  ),
];
const FAILED_OUTCOME = outcome({
  exitCode: 1,
  targets: [
    { label: 'component:a', status: 'failed', durationMs: 0 },
    { label: 'component:b', status: 'failed', durationMs: 0 },
    { label: 'component:c', status: 'skipped', durationMs: 0 },
  ],
  counts: { ran: 0, cached: 0, failed: 2, skipped: 1, upToDate: 0 },
});

check(
  'failures: the first at once with the end of its output, all at the end',
  { events: FAILED, outcome: FAILED_OUTCOME },
  `
4 actions for 3 targets
[1/4] component:a  compile  FAILED after 2.0s
failed: component:a  compile: ended with exit code 2
  … 10 lines before these
${Array.from({ length: 40 }, (_, index) => `  line ${index + 11}`).join('\n')}
  the whole output: build-cache/logs/x.log
[3/4] component:b  check  FAILED after 2.0s

failed: component:b  check: did not end within 5 s
  bad red
  the whole output: build-cache/logs/x.log

2 actions failed:
  failed  component:a  compile: ended with exit code 2
  failed  component:b  check: did not end within 5 s

  skipped  component:a#pack  because component:a#compile failed
  skipped  component:c  something that it needs failed
failed in 4.2s: 0 ran, 0 cached, 2 failed, 1 skipped, 0 of 3 targets up to date
`,
);

check(
  'failures of one name are told apart, and what is skipped for one of them is counted',
  {
    events: [
      at(0, 'build.planned', { actions: 7, targets: 2, upToDate: 0 }),
      ...['one', 'two'].map((id) =>
        at(1, 'action.finished', {
          ...done('app:a', 'compile', { exitCode: 1, failure: 'ended with exit code 1' }),
          id: `app:a#${id}-compile`,
        }),
      ),
      ...['b', 'c', 'd', 'e'].map((id) =>
        at(1, 'action.skipped', { id: `app:${id}#x`, label: 'app:a', because: 'app:a#one-compile' }),
      ),
      at(1, 'action.skipped', { id: 'app:a#two-dex', label: 'app:a', because: 'app:a#two-compile' }),
    ],
    outcome: outcome({
      exitCode: 1,
      targets: [{ label: 'app:a', status: 'failed', durationMs: 0 }],
      counts: { ran: 0, cached: 0, failed: 2, skipped: 5, upToDate: 0 },
    }),
    options: { shownOutput: 'none', isQuiet: true },
  },
  `
[1/7] app:a  compile  FAILED after 2.0s
[2/7] app:a  compile  FAILED after 2.0s

2 actions failed:
  failed  app:a  compile (app:a#one-compile): ended with exit code 1
  failed  app:a  compile (app:a#two-compile): ended with exit code 1

  skipped  4 actions of app:a  because app:a#one-compile failed
  skipped  app:a#two-dex  because app:a#two-compile failed
`,
);

check(
  'Ctrl-C: what ran was interrupted, nothing of it failed',
  {
    events: [
      at(0, 'build.planned', { actions: 5, targets: 4, upToDate: 0 }),
      at(0, 'action.finished', done('component:a', 'compile')),
      at(0, 'action.started', started('component:b', 'link')),
      at(1, 'action.finished', done('component:b', 'link', { exitCode: 1, failure: INTERRUPTED })),
      at(1, 'action.skipped', { id: 'component:b#pack', label: 'component:b', because: 'component:b#link' }),
      at(1, 'action.skipped', { id: 'component:d#s', label: 'component:d', because: '' }),
    ],
    outcome: outcome({
      exitCode: 130,
      targets: [
        { label: 'component:a', status: 'built', durationMs: 0 },
        { label: 'component:b', status: 'failed', durationMs: 0 },
        { label: 'component:c', status: 'skipped', durationMs: 0 },
        { label: 'component:d', status: 'skipped', durationMs: 0 },
      ],
      counts: { ran: 1, cached: 0, failed: 0, skipped: 2, upToDate: 0 },
    }),
  },
  `
5 actions for 4 targets
[1/5] component:a  compile  2.0s
[2/5] component:b  link  interrupted after 2.0s

  interrupted  component:b  link

  skipped  component:b#pack  because component:b#link was interrupted
  not started: 1
  skipped  component:c  something that it needs was not built
interrupted in 4.2s: 1 ran, 0 cached, 1 interrupted, 2 skipped, 0 of 4 targets up to date
`,
);

test('an interrupted action is known by the words of the executor', () => {
  assert.equal(describeFailure({ kind: 'interrupted' }), INTERRUPTED);
});

check(
  'no output at all',
  { events: FAILED, outcome: FAILED_OUTCOME, options: { shownOutput: 'none', isQuiet: true } },
  `
[1/4] component:a  compile  FAILED after 2.0s
[3/4] component:b  check  FAILED after 2.0s

2 actions failed:
  failed  component:a  compile: ended with exit code 2
  failed  component:b  check: did not end within 5 s

  skipped  component:a#pack  because component:a#compile failed
  skipped  component:c  something that it needs failed
`,
);

check(
  'fetching and warnings',
  {
    events: [
      at(0, 'prepare.planned', { files: 3, sizeBytes: 3 * 2 ** 20, presentFiles: 1 }),
      at(1, 'prepare.finished', { files: 2, sizeBytes: 2 ** 20, missing: 1 }),
      at(1, 'log', { level: 'warning', message: 'made\nagain' }),
      at(1, 'log', { level: 'debug', message: 'unseen' }),
      at(1, 'something.new', {}),
    ],
    outcome: outcome({ exitCode: 3, targets: [{ label: 'app:x', status: 'failed', durationMs: 0 }] }),
  },
  `
fetching 3 files, 3.0 MiB
fetched 2 files, 1.0 MiB, 1 missing
warning: made again
  failed  app:x  see above
something is missing in 4.2s: 0 ran, 0 cached, 0 of 1 targets up to date
`,
);

check(
  'tests',
  {
    events: [],
    outcome: outcome({
      exitCode: 1,
      tests: [
        { label: 'component:a', category: 'unit', action: 'x', status: 'cached' },
        { label: 'component:a', category: 'integration', action: 'y', status: 'failed' },
        { label: 'component:b', category: 'unit', action: 'z', status: 'skipped' },
        {
          ...{ label: 'app:web', category: 'integration', action: 'w', status: 'cached' },
          junit: '<testcase name="a"><skipped message="not made: chromium is missing"/></testcase>',
        },
        {
          ...{ label: 'app:web', category: 'unit', action: 'v', status: 'ran' },
          junit: '<testcase name="a"/><testcase name="b"><skipped/></testcase>',
        },
      ],
      counts: { ran: 0, cached: 1, failed: 1, skipped: 1, upToDate: 0 },
    }),
    options: { verb: 'test' },
  },
  `

  passed   component:a  unit  cached
  failed   component:a  integration
  not run  component:b  unit
  not run  app:web  integration  not made: chromium is missing  cached
  passed   app:web  unit

failed in 4.2s: 0 ran, 1 cached, 1 failed, 1 skipped, 0 of 0 targets up to date
`,
);

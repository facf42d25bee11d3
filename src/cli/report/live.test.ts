import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildEvent } from '../../event/index.ts';
import { frameLines } from './live-frame.ts';
import { LiveLines } from './live-lines.ts';
import { LiveScreen } from './live-screen.ts';
import { makeBuildReporter } from './make-build-reporter.ts';
import { PlainLines } from './plain-lines.ts';
import { advance, startProgress } from './progress.ts';
import { PLAIN_STYLE } from './style.ts';
import { at, done, outcome, START_MS, started } from './testing.ts';

const FRAME = { columns: 60, rows: 3, jobs: 2, style: PLAIN_STYLE };

function frame(events: readonly BuildEvent[], more: Partial<typeof FRAME> = {}): string[] {
  const progress = events.reduce(advance, startProgress(START_MS));
  return frameLines(progress, { now: START_MS + 10_000, ...FRAME, ...more });
}

const plan = (actions: number, expectedMs?: Record<string, number>): BuildEvent =>
  at(0, 'build.planned', { actions, targets: 1, upToDate: 0, ...(expectedMs ? { expectedMs } : {}) });

test('before a plan there is nothing to draw', () => assert.deepEqual(frame([]), []));

test('one line for what runs, and what is left', () => {
  const events = [
    plan(4),
    at(1, 'action.cached', done('component:c', 'pack')),
    at(2, 'action.started', started('component:a', 'compile')),
    at(8, 'action.started', started('component:b', 'link')),
  ];
  assert.deepEqual(frame(events), [
    '  component:a  compile  8.0s',
    '  component:b  link  2.0s',
    '1/4 done, 1 cached, 10.0s',
  ]);
});

test('time that is left, from what earlier builds took', () => {
  const known = { 'component:a#compile': 14_000, 'component:b#link': 6000 };
  const events = [plan(2, known), at(4, 'action.started', started('component:a', 'compile'))];
  // 8 s of `compile` are left, 6 s of `link` beside it.
  assert.equal(frame(events).at(-1), '0/2 done, 10.0s, about 8.0s left');
  assert.equal(frame(events, { jobs: 1 }).at(-1), '0/2 done, 10.0s, about 14.0s left');
  assert.equal(frame([plan(9, known)]).at(-1), '0/9 done, 10.0s');
});

test('no line is wider than the terminal, and not more than there is room for', () => {
  const events = [
    plan(9),
    ...['a', 'b', 'c', 'd', 'e'].map((name) =>
      at(1, 'action.started', started(`component:${name}`, 'x'.repeat(90))),
    ),
  ];
  const lines = frame(events, { columns: 30 });
  assert.deepEqual(
    lines.map((line) => line.length <= 30),
    lines.map(() => true),
  );
  assert.equal(lines.length, 5);
  assert.equal(lines[3], '  and 2 more');
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's sequences
const PARTS = /\u001b\[[?\d]*[A-Za-z]|\n|\r|[^\u001b\n\r]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UP = /^\u001b\[(\d+)A$/;

class Screen {
  text = '';
  readonly isTerminal = true;
  write(text: string): void {
    this.text += text;
  }
  width = 60;
  columns(): number {
    return this.width;
  }
  rows(): number {
    return 24;
  }
  /** What a terminal would show: enough of one for what we write. */
  shown(): string[] {
    const lines: string[] = [''];
    let row = 0;
    let column = 0;
    for (const part of this.text.match(PARTS) ?? []) {
      const up = UP.exec(part);
      const line = lines[row] ?? '';
      if (up) row -= Number(up[1]);
      else if (part === '\u001b[0J') lines.length = row;
      else if (part === '\u001b[K') lines[row] = line.slice(0, column);
      else if (part === '\n') [row, column] = [row + 1, 0];
      else if (part === '\r') column = 0;
      else if (!part.startsWith('\u001b')) {
        lines[row] = line.slice(0, column) + part + line.slice(column + part.length);
        column += part.length;
      }
    }
    return lines;
  }
}

test('the frame is drawn in place, and lines that stay go above it', () => {
  const screen = new Screen();
  const live = new LiveScreen(screen);
  live.draw([], ['a 1', 'sum']);
  live.draw(['done b'], ['a 2', 'sum']);
  live.draw([], ['sum']);
  assert.deepEqual(screen.shown(), ['done b', 'sum']);
  live.close();
  assert.deepEqual(screen.shown(), ['done b']);
});

test('nothing is written when nothing changes', () => {
  const screen = new Screen();
  const live = new LiveScreen(screen);
  live.draw([], ['a']);
  const before = screen.text;
  live.draw([], ['a']);
  assert.equal(screen.text, before);
});

test('the cursor is hidden while a frame is there, and comes back', () => {
  const screen = new Screen();
  const live = new LiveScreen(screen);
  live.draw([], ['a']);
  live.draw([], ['b']);
  assert.equal(screen.text.split('\u001b[?25l').length - 1, 1);
  live.close();
  live.close();
  assert.equal(screen.text.split('\u001b[?25h').length - 1, 1);
  assert.ok(screen.text.endsWith('\u001b[?25h'));
});

const FETCHING = at(0, 'prepare.planned', {
  files: 46,
  sizeBytes: 280 * 2 ** 20,
  presentFiles: 0,
  unknownSizes: 0,
});
const fetched = (seconds: number, sizeBytes: number): BuildEvent =>
  at(seconds, 'prepare.fetched', { file: 'x', sizeBytes });

test('while files are fetched the frame says how far, and how long it may take', (t) => {
  let now = START_MS;
  const screen = new Screen();
  const lines = new PlainLines({
    style: PLAIN_STYLE,
    output: 'none',
    logPath: undefined,
    isQuiet: false,
    isPaced: false,
  });
  screen.width = 80;
  const live = new LiveLines({
    lines,
    output: screen,
    style: PLAIN_STYLE,
    clock: { now: () => now },
    jobs: 1,
  });
  t.after(() => live.close());
  live.handle(FETCHING);
  const head = 'fetching 46 files, 280.0 MiB';
  assert.deepEqual(screen.shown(), [head, 'fetched 0 of 46 files, 0 B of 280.0 MiB, 0ms']);
  live.handle(fetched(4, 2 ** 20));
  now += 4000;
  live.handle(fetched(4, 0));
  assert.equal(screen.shown().at(-1), 'fetched 2 of 46 files, 1.0 MiB of 280.0 MiB, 4.0s');
  now += 16_000;
  live.handle(fetched(20, 56 * 2 ** 20));
  assert.deepEqual(screen.shown(), [
    head,
    'fetched 3 of 46 files, 57.0 MiB of 280.0 MiB, 20.0s, about 1m19s left',
  ]);
  live.handle(at(99, 'prepare.finished', { files: 46, sizeBytes: 280 * 2 ** 20, missing: 0 }));
  assert.deepEqual(screen.shown(), [head, 'fetched 46 files, 280.0 MiB']);
  live.handle(at(99, 'lock.section', { what: 'the npm packages of web', done: 0, total: 1 }));
  assert.equal(screen.shown().at(-1), 'resolving the npm packages of web, 0ms');
  live.close();
  assert.equal(screen.shown().at(-1), '[1/1] resolving the npm packages of web');
});

test('in a pipe a line now and then says how far fetching has come', () => {
  const lines = new PlainLines({
    style: PLAIN_STYLE,
    output: 'none',
    logPath: undefined,
    isQuiet: false,
    isPaced: true,
  });
  const said = [FETCHING, ...[1, 9, 11, 12, 22].map((seconds) => fetched(seconds, 2 ** 20))].map((event) =>
    lines.next(event),
  );
  assert.deepEqual(said.flat(), [
    'fetching 46 files, 280.0 MiB',
    'fetched 3 of 46 files, 3.0 MiB of 280.0 MiB',
    'fetched 5 of 46 files, 5.0 MiB of 280.0 MiB',
  ]);
});

test('a live report ends with what a plain one ends with', () => {
  const screen = new Screen();
  const report = makeBuildReporter({
    output: screen,
    style: PLAIN_STYLE,
    clock: { now: () => START_MS },
    shownOutput: 'failed',
    verb: 'build',
    logPath: undefined,
    jobs: 1,
    isQuiet: false,
    isLive: true,
  });
  report.handle(plan(1));
  report.handle(at(0, 'action.started', started('component:a', 'compile')));
  report.handle(at(2, 'action.finished', done('component:a', 'compile')));
  report.finish(outcome({ counts: { ran: 1, cached: 0, failed: 0, skipped: 0, upToDate: 0 } }));
  assert.deepEqual(screen.shown(), [
    '1 action for 1 target',
    '[1/1] component:a  compile  2.0s',
    'built in 4.2s: 1 ran, 0 cached, 0 of 0 targets up to date',
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anAction } from '../../../src/metrics/testing.ts';
import { formatAddress, parseAddress, spanOf } from './address.ts';
import { agoText, changeText, durationText, percentText, sizeText } from './formats.ts';
import { linePoints, niceTop, timeTicks } from './scale.ts';
import { longestChain, moved, neighbour, showing, timelineOf, zoomed } from './timeline.ts';

test('numbers as people read them', () => {
  for (const [ms, text] of [
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1000, '1.0 s'],
    [9949, '9.9 s'],
    [9960, '10 s'],
    [59_400, '59 s'],
    [173_000, '2 min 53 s'],
    [3_660_000, '1 h 01 min'],
  ] as const)
    assert.equal(durationText(ms), text);
  assert.deepEqual([0, 1, 1023, 1024, 186_646_528].map(sizeText), [
    '0 B',
    '1 B',
    '1023 B',
    '1.0 KiB',
    '178.0 MiB',
  ]);
  assert.deepEqual([0, 2150, -3].map(changeText), ['no change', '+2.1 KiB', '−3 B']);
  assert.deepEqual([0, 0.004, 0.5, 1].map(percentText), ['0 %', '0.4 %', '50 %', '100 %']);
  const now = Date.UTC(2026, 0, 20);
  const ago = (seconds: number): string => agoText(now - seconds * 1000, now);
  assert.deepEqual([1, 30, 60, 7200, 86_400].map(ago), [
    'just now',
    '30 seconds ago',
    '1 minute ago',
    '2 hours ago',
    '1 day ago',
  ]);
  assert.match(ago(20 * 86_400), /2025/);
});

test('an address is what the page shows, and any address is some page', () => {
  for (const text of [
    '/builds',
    '/builds?view=trends',
    '/builds?days=7&workspace=platform&status=failed',
    '/builds?text=a%26b&from=1700000000000',
    '/builds/0123456789abcdef?action=component%3Aa%23make',
  ]) {
    const { pathname, search } = new URL(text, 'http://localhost');
    const address = parseAddress(pathname, search);
    assert.deepEqual(parseAddress(...splitAddress(formatAddress(address))), address);
  }
  fc.assert(
    fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => void parseAddress(path, `?${query}`)),
  );
});

function splitAddress(text: string): [string, string] {
  const { pathname, search } = new URL(text, 'http://localhost');
  return [pathname, search];
}

test('a chart ends with the part that now is in, by the clock of who looks', () => {
  const now = Date.UTC(2026, 5, 15, 22, 30);
  for (const [days, parts] of [
    [1, 24],
    [7, 7],
    [30, 30],
    [90, 90],
    [365, 53],
  ] as const) {
    for (const offset of [0, -120, 330]) {
      const span = spanOf(days, now, offset);
      const endMs = span.sinceMs + span.partMs * span.parts;
      assert.equal(span.parts, parts);
      assert.ok(endMs > now && endMs - now <= 86_400_000);
      if (days > 1) assert.equal((endMs - offset * 60_000) % 86_400_000, 0);
    }
  }
});

test('ticks are round and few', () => {
  assert.deepEqual(timeTicks(0, 10_000, 5), [0, 2000, 4000, 6000, 8000, 10_000]);
  assert.deepEqual(timeTicks(130, 190, 6), [130, 140, 150, 160, 170, 180, 190]);
  fc.assert(
    fc.property(
      fc.nat(1e9),
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 20 }),
      (from, span, most) => {
        const ticks = timeTicks(from, from + span, most);
        assert.ok(ticks.length <= most + 1);
        assert.ok(ticks.every((each) => each >= from && each <= from + span));
      },
    ),
  );
  assert.deepEqual([0, 1, 3, 12, 51, 100].map(niceTop), [1, 1, 3, 12, 60, 100]);
  const box = { width: 10, height: 4, low: 0, high: 2 };
  assert.deepEqual(linePoints([0, 2], box), [
    { x: 0, y: 4 },
    { x: 10, y: 0 },
  ]);
  assert.deepEqual(linePoints([1], { ...box, high: 0 }), [{ x: 5, y: 2 }]);
});

const action = (id: string, readyMs: number, startMs: number, endMs: number) =>
  anAction({ id, readyMs, startMs, endMs });

test('a row for each target, and on a lane nothing overlaps', () => {
  const actions = [
    action('b#1', 5, 10, 20),
    action('a#1', 0, 0, 10),
    action('a#2', 0, 10, 30),
    action('a#3', 10, 12, 15),
    anAction({ id: 'c#1', status: 'skipped' }),
  ];
  const { rows, endMs } = timelineOf({ actions, durationMs: 25 });
  assert.deepEqual(
    rows.map(({ label, lanes }) => [label, lanes]),
    [
      ['a', 2],
      ['b', 1],
    ],
  );
  assert.equal(endMs, 30);
  const times = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50));
  fc.assert(
    fc.property(fc.array(times, { maxLength: 30 }), (all) => {
      const made = all.map(([ready, wait, run], at) =>
        action(`a#${at}`, ready, ready + wait, ready + wait + run),
      );
      for (const row of timelineOf({ actions: made }).rows)
        for (const [at, bar] of row.bars.entries())
          for (const other of row.bars.slice(at + 1))
            if (bar.lane === other.lane) assert.ok(other.readyMs >= bar.endMs);
    }),
  );
});

test('what still runs goes on until now', () => {
  const { endMs: _, ...running } = anAction({ status: 'running', startMs: 100 });
  const { rows } = timelineOf({ actions: [running], durationMs: 500 }, 900);
  assert.deepEqual([rows[0]!.bars[0]!.startMs, rows[0]!.bars[0]!.endMs], [100, 900]);
});

test('the chain that a build’s time was spent on', () => {
  const needs = (id: string, endMs: number, ...ids: string[]) => anAction({ id, endMs, needs: ids });
  const actions = [
    needs('a#1', 10),
    needs('a#2', 40),
    anAction({ id: 'a#3', endMs: 90, status: 'cached' }),
    needs('b#1', 60, 'a#1', 'a#2', 'a#3'),
    needs('c#1', 50, 'a#1'),
    needs('d#1', 100, 'b#1', 'c#1', 'gone'),
  ];
  assert.deepEqual(
    longestChain(actions).map(({ id }) => id),
    ['a#2', 'b#1', 'd#1'],
  );
  assert.deepEqual(
    longestChain([needs('x', 1, 'y'), needs('y', 2, 'x')]).map(({ id }) => id),
    ['x', 'y'],
  );
});

test('a view stays within the build, and keys lead to what is beside', () => {
  const view = { fromMs: 0, toMs: 100 };
  assert.deepEqual(zoomed(view, 0.5, { centreMs: 50, endMs: 100 }), { fromMs: 25, toMs: 75 });
  assert.deepEqual(zoomed(view, 0.5, { centreMs: 0, endMs: 100 }), { fromMs: 0, toMs: 50 });
  assert.deepEqual(zoomed({ fromMs: 25, toMs: 75 }, 9, { centreMs: 50, endMs: 100 }), view);
  assert.deepEqual(zoomed(view, 0.001, { centreMs: 50, endMs: 100 }), { fromMs: 40, toMs: 60 });
  assert.deepEqual(moved({ fromMs: 25, toMs: 75 }, 999, 100), { fromMs: 50, toMs: 100 });
  const { rows } = timelineOf({
    actions: [action('a#1', 0, 0, 10), action('a#2', 60, 60, 90), action('b#1', 55, 58, 80)],
  });
  const [a1, a2, b1] = [rows[0]!.bars[0]!, rows[0]!.bars[1]!, rows[1]!.bars[0]!];
  assert.equal(neighbour(rows, undefined, 'right'), a1);
  assert.equal(neighbour(rows, a1, 'right'), a2);
  assert.equal(neighbour(rows, a2, 'right'), a2);
  assert.equal(neighbour(rows, b1, 'up'), a2);
  assert.equal(neighbour(rows, a1, 'up'), a1);
  assert.equal(neighbour(rows, a2, 'first'), a1);
  const shown = showing({ fromMs: 0, toMs: 40 }, a2, 90);
  assert.ok(shown.fromMs <= 60 && shown.toMs >= 90);
  assert.equal(showing(shown, a2, 90), shown);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceFile } from '../../base/index.ts';
import type { Ask, Override } from '../../dependencies/index.ts';
import type { Package } from '../../packages/index.ts';
import type { Finding } from '../../scan/index.ts';
import { notRaisedProblems, type StillHit, stillHitProblems } from './mending-problems.ts';

const FILE: SourceFile = { path: 'requirements.txt', text: 'left==1.0\nright>=1,<2\nloose\nleft==4.0\n' };

function ask(text: string): Ask {
  const start = FILE.text.indexOf(text);
  const span = { file: FILE, start, end: start + text.length };
  const name = /^[a-z]+/.exec(text)![0];
  return { label: 'component:a', ecosystem: 'PyPI', name, text, span, isConstraint: false };
}

const ASKS = ['left==1.0', 'right>=1,<2', 'loose'].map(ask);
const MENDING = new Map(['left', 'right', 'loose', 'brought', 'tool'].map((name) => [`PyPI ${name}`, '3.0']));

function item(name: string, scopes: Package['scopes'] = ['run']): Package {
  return { purl: `pkg:pypi/${name}@1.0`, ecosystem: 'PyPI', name, version: '1.0', scopes, places: [] };
}

function hits(
  hit: readonly Package[],
  severity: Finding['severity'] = 'high',
  { asks = ASKS, ...more }: Partial<StillHit> = {},
) {
  const open = hit.map(({ purl }): Finding => {
    return { id: 'GHSA-a', aliases: [], kind: 'vulnerability', severity, title: '', subject: purl };
  });
  const isOver = (finding: Finding): boolean => finding.severity === 'high';
  const none = { overrides: [], refused: new Set<string>(), chainsOf: () => [] };
  return stillHitProblems({ hit, open, asks, mending: MENDING, isOver, ...none, ...more });
}

const HINTS: Readonly<Record<string, readonly [Package, string, number | undefined]>> = {
  'a place that can be rewritten': [
    item('left'),
    '3.0 mends it, which this place does not allow: `--write` writes left==3.0',
    0,
  ],
  'a place that cannot': [
    item('right'),
    '3.0 mends it, which this place does not allow: change it by hand',
    10,
  ],
  'a line without a version holds nothing': [
    ...([
      item('loose'),
      '3.0 mends it, which those who ask for it do not allow: `mobileops deps why loose` says who asks for it',
      undefined,
    ] as const),
  ],
  'another package': [
    ...([
      item('brought'),
      '3.0 mends it, which those who ask for it do not allow: `mobileops deps why brought` says who asks for it',
      undefined,
    ] as const),
  ],
  'no version': [
    ...([
      item('unmended'),
      'no version is known that mends it; `mobileops deps why unmended` says who asks for it',
      undefined,
    ] as const),
  ],
  'a tool of ours': [
    ...([
      item('tool', ['tool']),
      'the version is that of a tool of mobileops, which a newer mobileops may have',
      undefined,
    ] as const),
  ],
};

for (const [name, [hit, hint, start]] of Object.entries(HINTS))
  test(`what holds a package that is hit is told with its remedy: ${name}`, () => {
    const [problem] = hits([hit]);
    assert.equal(problem?.message, `${hit.name} 1.0 is hit by GHSA-a`);
    assert.deepEqual([problem.hint, problem.span?.start, problem.severity], [hint, start, 'error']);
  });

test('of two places the one is told that holds the package down', () => {
  const [problem] = hits([item('left')], 'high', { asks: [ask('left==4.0'), ...ASKS] });
  assert.equal(problem?.span?.start, 0);
  assert.match(problem?.hint ?? '', /writes left==3\.0$/);
});

const BROUGHT: Override = {
  ...{ subject: 'component:a', path: 'requirements.txt', line: 'brought>=3.0' },
  wanted: { ecosystem: 'PyPI', name: 'brought', version: '3.0', from: ['1.0'], reason: 'mends GHSA-a' },
};
const WAYS: Readonly<Record<string, readonly [Partial<StillHit>, string]>> = {
  'a line that --write writes': [
    { overrides: [BROUGHT] },
    '`--write` writes `brought>=3.0` into requirements.txt; `mobileops deps why brought` says who asks for it',
  ],
  'a line that is left to a person': [
    { overrides: [{ ...BROUGHT, whyNot: 'requirements.txt is a link' }] },
    '`brought>=3.0` in requirements.txt overrides them, which is left to you, as requirements.txt is a link; `mobileops deps why brought` says who asks for it',
  ],
  'a line that was tried': [
    {
      ...{ overrides: [BROUGHT], refused: new Set(['PyPI brought']) },
      chainsOf: () => ['component:a > left 1.0 > brought 1.0', 'component:b > brought 1.0'],
    },
    '`brought>=3.0` in requirements.txt was tried, and then nothing meets all requirements; it is there by component:a > left 1.0 > brought 1.0 and component:b > brought 1.0',
  ],
  'a way for another version': [
    { overrides: [{ ...BROUGHT, wanted: { ...BROUGHT.wanted, from: ['2.0'] } }] },
    '`mobileops deps why brought` says who asks for it',
  ],
};

for (const [name, [more, hint]] of Object.entries(WAYS))
  test(`what only other packages ask for is told with the way of its ecosystem: ${name}`, () => {
    const [problem] = hits([item('brought')], 'high', more);
    assert.equal(problem?.hint, `3.0 mends it, which those who ask for it do not allow: ${hint}`);
  });

test('what is below the threshold is a warning', () => {
  assert.deepEqual(
    hits([item('left')], 'medium').map(({ severity }) => severity),
    ['warning'],
  );
});

test('a place that holds a newer version back is told where it was not rewritten, once', () => {
  const locked = new Map([
    ['PyPI left', ['3.0']],
    ['PyPI right', ['1.0']],
  ]);
  const told = notRaisedProblems([...ASKS, ...ASKS], MENDING, locked);
  assert.deepEqual(
    told.map(({ message, severity }) => `${severity}: ${message}`),
    ['warning: right stays at 1.0, and 3.0 is there'],
  );
});

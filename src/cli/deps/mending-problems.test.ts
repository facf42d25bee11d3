import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceFile } from '../../base/index.ts';
import type { Ask } from '../../dependencies/index.ts';
import type { Package } from '../../packages/index.ts';
import type { Finding } from '../../scan/index.ts';
import { notRaisedProblems, stillHitProblems } from './mending-problems.ts';

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

function hits(hit: readonly Package[], severity: Finding['severity'] = 'high', asks = ASKS) {
  const open = hit.map(({ purl }): Finding => {
    return { id: 'GHSA-a', aliases: [], kind: 'vulnerability', severity, title: '', subject: purl };
  });
  const isOver = (finding: Finding): boolean => finding.severity === 'high';
  return stillHitProblems({ hit, open, asks, mending: MENDING, isOver });
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
  const [problem] = hits([item('left')], 'high', [ask('left==4.0'), ...ASKS]);
  assert.equal(problem?.span?.start, 0);
  assert.match(problem?.hint ?? '', /writes left==3\.0$/);
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Package } from '../../packages/index.ts';
import type { Finding } from '../../scan/index.ts';
import { takeOverrides, wantedVersions } from './overriding.ts';

const item = (version: string, scopes: Package['scopes'] = ['run'], name = 'a'): Package => ({
  ...{ purl: `pkg:npm/${name}@${version}`, ecosystem: 'npm', name, version, scopes, places: [] },
});
const finding = (id: string, { purl }: Package): Finding => ({
  ...{ id, aliases: [], kind: 'vulnerability', severity: 'high', title: '', subject: purl },
});

test('what would mend a package stands once for all its versions, with what it mends', () => {
  const hit = [item('1.0.0'), item('1.1.0'), item('1.0.0', ['tool'], 'b'), item('1.0.0', ['run'], 'c')];
  const open = [...hit.slice(0, 2).map((each) => finding('GHSA-1', each)), finding('GHSA-2', hit[1]!)];
  const mending = new Map([
    ['npm a', '1.2.0'],
    ['npm b', '1.2.0'],
  ]);
  assert.deepEqual(wantedVersions({ hit, open }, mending), [
    {
      ...{ ecosystem: 'npm', name: 'a', version: '1.2.0', from: ['1.0.0', '1.1.0'] },
      reason: 'mends GHSA-1, GHSA-2',
    },
  ]);
});

const TRIES: readonly (readonly [
  names: string,
  impossible: string,
  tried: readonly string[],
  refused: string,
])[] = [
  ['', '', [], ''],
  ['ab', '', ['ab'], ''],
  ['a', 'a', ['a'], 'a'],
  ['abc', 'b', ['abc', 'a', 'ab', 'ac'], 'b'],
];

for (const [names, impossible, tried, refused] of TRIES)
  test(`of ${names || 'nothing'} all is taken but ${impossible || 'nothing'}`, async () => {
    const asked: string[] = [];
    const wanted = [...names].map((name) => ({
      ...{ ecosystem: 'npm' as const, name, version: '2', from: ['1'], reason: '' },
    }));
    const taken = await takeOverrides(wanted, async (own) => {
      const text = own.map(({ name }) => name).join('');
      asked.push(text);
      const value = impossible !== '' && text.includes(impossible) ? undefined : text;
      return { value, diagnostics: [] };
    });
    assert.deepEqual(asked, tried);
    assert.equal(taken.refused.map(({ name }) => name).join(''), refused);
    assert.equal(taken.value, [...names].filter((name) => name !== impossible).join('') || undefined);
  });

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import type { Package } from '../../packages/index.ts';
import { DEFAULT_POLICY, type IgnoreEntry } from '../policy.ts';
import { databaseOf, osvRecord } from '../testing.ts';
import { mendingVersion } from './mending-version.ts';

const range = (introduced: string, fixed?: string) => [
  { introduced },
  ...(fixed === undefined ? [] : [{ fixed }]),
];
const RECORDS = [
  osvRecord('GHSA-a', { name: 'left', events: range('0', '1.2.0') }),
  osvRecord('GHSA-b', { name: 'left', events: range('1.2.0', '1.4.1') }),
  osvRecord('GHSA-c', { name: 'hopeless', events: range('0') }),
  osvRecord('GHSA-d', { name: 'half', events: range('0', '2.0.0') }),
  osvRecord('GHSA-e', { name: 'half', events: range('0') }),
];
const CASES: readonly (readonly [
  name: string,
  version: string,
  ignored: readonly string[],
  expected?: string,
])[] = [
  ['left', '1.0.0', [], '1.4.1'],
  ['left', '1.2.0', [], '1.4.1'],
  ['left', '1.0.0', ['GHSA-b'], '1.2.0'],
  ['left', '1.4.1', []],
  ['hopeless', '1.0.0', []],
  ['half', '1.0.0', []],
  ['half', '1.0.0', ['GHSA-e'], '2.0.0'],
  ['unknown', '1.0.0', []],
];

const span = { file: { path: 'build-config.yaml', text: '' }, start: 0, end: 0 };
const fs = new MemoryFileSystem();
fs.makeDirectory('/osv');
fs.writeFile('/osv/npm.db', databaseOf('npm', RECORDS));
const places = { fs, fetched: '/osv', shipped: '/none' };

function ask(item: Pick<Package, 'name' | 'version' | 'ecosystem'>, ignored: readonly string[] = []) {
  const purl = `pkg:npm/${item.name}@${item.version}`;
  const ignore = ignored.map((id): IgnoreEntry => ({ id, reason: 'a test', expires: '2030-01-01', span }));
  const options = { places, policy: { ...DEFAULT_POLICY, ignore }, nowMs: Date.parse('2026-02-01') };
  return mendingVersion({ ...item, purl, scopes: ['run'], places: [] }, options);
}

for (const [name, version, ignored, expected] of CASES)
  test(`${name} ${version} without ${ignored.join(' ') || 'nothing'} is mended by ${expected ?? 'no version'}`, () => {
    assert.deepEqual(ask({ name, version, ecosystem: 'npm' }, ignored), { ok: true, value: expected });
  });

test('the version of a package of a distribution is for apt to choose', () => {
  assert.deepEqual(ask({ name: 'left', version: '1.0.0', ecosystem: 'Debian' }), {
    ok: true,
    value: undefined,
  });
});

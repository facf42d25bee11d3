import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { realHost } from '../../host/index.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import { databaseOf, osvRecord } from '../testing.ts';
import { openDatabase } from './database-file.ts';
import { databaseVerdict, missingDatabase } from './database-verdict.ts';
import { findDatabase } from './databases.ts';
import { readOsvRecord } from './osv-record.ts';

const RECORDS = Array.from({ length: 50 }, (_, index) =>
  osvRecord(`GHSA-${index}`, { name: `package-${index % 20}`, events: [{ introduced: '0' }] }),
);

test('every package is found again, and no other', () => {
  const opened = openDatabase(databaseOf('npm', RECORDS));
  assert.ok(opened.ok);
  const { value } = opened;
  const counts = Array.from({ length: 20 }, (_, index) => value.advisories('', `package-${index}`).length);
  assert.deepEqual(counts, [...Array(10).fill(3), ...Array(10).fill(2)]);
  assert.deepEqual(value.advisories('', 'package-20'), []);
  assert.deepEqual(value.advisories('12', 'package-1'), []);
});

test('names of every kind are found', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), (names) => {
      const records = names.map((name, index) => osvRecord(`GHSA-${index}`, { name }));
      const opened = openDatabase(databaseOf('npm', records));
      assert.ok(opened.ok);
      for (const [index, name] of names.entries())
        assert.deepEqual(
          opened.value.advisories('', name).map(({ id }) => id),
          [`GHSA-${index}`],
        );
    }),
  );
});

test('a cut or changed file is refused, wherever it was', () => {
  const bytes = databaseOf('npm', RECORDS.slice(0, 3));
  for (let at = 0; at < bytes.length; at++) {
    assert.ok(!openDatabase(bytes.subarray(0, at)).ok, `cut at ${at}`);
  }
  const end = bytes.indexOf(10);
  for (let at = end + 1; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    assert.ok(!openDatabase(changed).ok, `changed at ${at}`);
  }
});

test('a version of the format that is not ours is refused by name', () => {
  const opened = openDatabase(Buffer.from('{"format":9,"crc32":0}\n'));
  assert.deepEqual(opened, { ok: false, failure: 'it is of format 9, and this version reads 1' });
});

const SHIPPED = join(import.meta.dirname, '..', 'snapshot');

test('the advisories that come with us can be read, and say whose they are', () => {
  const places = { fs: realHost().fs, fetched: '/nowhere', shipped: SHIPPED };
  const facts = (['PyPI', 'npm', 'Maven', 'Go', 'crates.io'] as const).map((ecosystem) => {
    const found = findDatabase(places, ecosystem);
    assert.ok(found.ok && found.value);
    const { asOf, coverage, records, attribution } = found.value.facts;
    assert.ok(attribution);
    return [ecosystem, asOf, coverage, records].join(' ');
  });
  assert.deepEqual(facts, [
    'PyPI 2024-10-10 partial 2666',
    'npm 2026-08-22 partial 355',
    'Maven 2022-02-24 partial 4',
    'Go 2026-08-21 complete 4274',
    'crates.io 2026-08-21 complete 1193',
  ]);
  assert.deepEqual(findDatabase(places, 'Debian'), { ok: true, value: undefined });
});

test('one that was fetched counts before ours when it is whole or newer, and a damaged one is told', () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/fetched');
  fs.makeDirectory('/shipped');
  const places = { fs, fetched: '/fetched', shipped: '/shipped' };
  fs.writeFile('/fetched/npm.db', databaseOf('npm', RECORDS));
  const found = findDatabase(places, 'npm');
  assert.equal(found.ok && found.value?.facts.source, 'a test');
  fs.flipByte('/fetched/npm.db', 800);
  assert.deepEqual(findDatabase(places, 'npm'), {
    ok: false,
    failure: { path: '/fetched/npm.db', problem: 'it is damaged' },
  });
});

const NOW = Date.parse('2026-03-01T12:00:00Z');
const FACTS = { ecosystem: 'npm', source: 'a test', records: 1 } as const;
const SPAN = { file: { path: 'build-config.yaml', text: 'x' }, start: 0, end: 1 };

test('an old database and one with gaps are errors, unless their state is accepted', () => {
  const codes = (
    facts: { asOf: string; coverage: 'complete' | 'partial' },
    accept?: { coverage: 'complete' | 'partial'; maxAgeDays: number },
  ): readonly string[] =>
    databaseVerdict(
      { ...FACTS, ...facts },
      {
        maxAgeDays: 30,
        ignore: [],
        accept: accept ? [{ ecosystem: 'npm', reason: 'no network', span: SPAN, ...accept }] : [],
      },
      NOW,
    ).diagnostics.map(({ code }) => code);
  const old = { asOf: '2026-01-29', coverage: 'complete' } as const;
  assert.deepEqual(codes({ asOf: '2026-01-30', coverage: 'complete' }), []);
  assert.deepEqual(codes(old), ['scan/old-database']);
  assert.deepEqual(codes(old, { coverage: 'complete', maxAgeDays: 31 }), []);
  assert.deepEqual(codes(old, { coverage: 'partial', maxAgeDays: 10 }), ['scan/old-database']);
  const partial = { asOf: '2026-02-28', coverage: 'partial' } as const;
  assert.deepEqual(codes(partial), ['scan/partial-database']);
  assert.deepEqual(codes(partial, { coverage: 'partial', maxAgeDays: 1 }), []);
  assert.deepEqual(codes(partial, { coverage: 'complete', maxAgeDays: 100 }), ['scan/partial-database']);
});

test('no database at all is an error, unless that very state is accepted', () => {
  const told = (coverage?: 'none' | 'partial'): string => {
    const accept = { ecosystem: 'npm', reason: 'no network', span: SPAN, maxAgeDays: 1 } as const;
    const accepted = coverage === undefined ? [] : [{ ...accept, coverage }];
    const missing = missingDatabase('npm', 7, { maxAgeDays: 30, ignore: [], accept: accepted });
    return 'accepted' in missing ? missing.accepted.reason : missing.diagnostic.code;
  };
  assert.deepEqual(
    [told(), told('partial'), told('none')],
    ['scan/no-database', 'scan/no-database', 'no network'],
  );
});

test('any JSON is a record or is none, and nothing throws', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void readOsvRecord(value)));
  const shape = fc.record({
    id: fc.string(),
    modified: fc.string(),
    aliases: fc.jsonValue(),
    severity: fc.jsonValue(),
    affected: fc.array(
      fc.record({ package: fc.jsonValue(), ranges: fc.array(fc.jsonValue()), versions: fc.jsonValue() }),
    ),
  });
  fc.assert(fc.property(shape, (value) => void readOsvRecord(value)));
});

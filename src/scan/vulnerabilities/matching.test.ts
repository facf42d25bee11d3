import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ecosystem, type Package, packagePurl } from '../../packages/index.ts';
import { databaseOf, type OsvChanges, osvRecord } from '../testing.ts';
import { openDatabase, type VulnerabilityDatabase } from './database-file.ts';
import { packageFindings } from './package-findings.ts';

function database(ecosystem: Ecosystem, records: readonly unknown[]): VulnerabilityDatabase {
  const opened = openDatabase(databaseOf(ecosystem, records));
  assert.ok(opened.ok);
  return opened.value;
}

function item(
  ecosystem: Ecosystem,
  name: string,
  version: string,
  qualifiers?: Record<string, string>,
): Package {
  const named = { ecosystem, name, version };
  return { ...named, purl: packagePurl(named, qualifiers), scopes: ['run'], places: ['a.lock'] };
}

function found(
  ecosystem: Ecosystem,
  record: OsvChanges,
  [name, version]: readonly [string, string],
): boolean {
  const known = database(ecosystem, [osvRecord('A-1', { ecosystem, ...record })]);
  return packageFindings(item(ecosystem, name, version), known).length > 0;
}

type Case = readonly [
  name: string,
  ecosystem: Ecosystem,
  record: OsvChanges,
  affected: readonly string[],
  free: readonly string[],
];

const CASES: readonly Case[] = [
  [
    'introduced and fixed',
    'npm',
    { events: [{ introduced: '1.2.0' }, { fixed: '1.3.0' }] },
    ['1.2.0', '1.2.9', '1.3.0-rc.1'],
    ['1.1.9', '1.3.0', '1.2.0-rc.1'],
  ],
  [
    'from the beginning',
    'npm',
    { events: [{ introduced: '0' }, { fixed: '1.0.0' }] },
    ['0.0.0-0', '0.9.0'],
    ['1.0.0'],
  ],
  [
    'the last that is affected',
    'npm',
    { events: [{ introduced: '0' }, { last_affected: '2.0.0' }] },
    ['2.0.0', '1.0.0'],
    ['2.0.1'],
  ],
  ['never fixed', 'npm', { events: [{ introduced: '3.0.0' }] }, ['3.0.0', '99.0.0'], ['2.9.9']],
  [
    'two branches in one range, out of order',
    'npm',
    { events: [{ fixed: '2.1.0' }, { introduced: '2.0.0' }, { fixed: '1.1.0' }, { introduced: '1.0.0' }] },
    ['1.0.5', '2.0.5'],
    ['1.1.0', '1.9.0', '2.1.0'],
  ],
  [
    'a limit',
    'npm',
    { events: [{ introduced: '1.0.0' }, { limit: '2.0.0' }] },
    ['1.5.0'],
    ['2.0.0', '3.0.0'],
  ],
  ['no limit', 'npm', { events: [{ introduced: '1.0.0' }, { limit: '*' }] }, ['3.0.0'], ['0.1.0']],
  [
    'introduced where it was fixed',
    'npm',
    { events: [{ introduced: '1.0.0' }, { fixed: '2.0.0' }, { introduced: '2.0.0' }] },
    ['2.0.0', '1.0.0'],
    ['0.1.0'],
  ],
  ['versions alone', 'npm', { versions: ['1.0.0', '1.0.2'] }, ['1.0.0', '1.0.2'], ['1.0.1']],
  [
    'versions beside a range',
    'npm',
    { events: [{ introduced: '2.0.0' }, { fixed: '2.1.0' }], versions: ['1.0.0'] },
    ['1.0.0', '2.0.1'],
    ['1.0.1'],
  ],
  ['no range and no version', 'npm', {}, [], ['1.0.0']],
  ['withdrawn', 'npm', { events: [{ introduced: '0' }], withdrawn: '2026-01-01T00:00:00Z' }, [], ['1.0.0']],
  [
    'Python: pre-releases and numbers',
    'PyPI',
    { events: [{ introduced: '1.9' }, { fixed: '1.10' }] },
    ['1.9', '1.10rc1', '1.9.post1'],
    ['1.10', '1.9rc1'],
  ],
  [
    'Python: another spelling of a version',
    'PyPI',
    { versions: ['1.0'] },
    ['1.0', '1.0.0', 'v1.0'],
    ['1.0.1'],
  ],
  [
    'Maven',
    'Maven',
    { events: [{ introduced: '2.0-beta9' }, { fixed: '2.15.0' }] },
    ['2.0', '2.0-rc1', '2.14.1'],
    ['2.0-beta8', '2.15.0'],
  ],
  [
    'Go with and without v',
    'Go',
    { events: [{ introduced: '0' }, { fixed: '0.0.0-20210101000000-abcdefabcdef' }] },
    ['v0.0.0-20200101000000-abcdefabcdef', '0.0.0-20200101000000-abcdefabcdef'],
    ['v0.0.1'],
  ],
  [
    'crates.io: x-0',
    'crates.io',
    { events: [{ introduced: '0.0.0-0' }, { fixed: '0.9.1' }] },
    ['0.9.0', '0.9.1-alpha'],
    ['0.9.1'],
  ],
];

for (const [name, ecosystem, record, affected, free] of CASES) {
  test(`${name}: ${affected.join(', ')} and not ${free.join(', ')}`, () => {
    const is = (version: string): boolean => found(ecosystem, record, ['left', version]);
    assert.deepEqual([affected.filter((each) => !is(each)), free.filter(is)], [[], []]);
  });
}

test('a name is found as its ecosystem spells it, on both sides', () => {
  const record = { events: [{ introduced: '0' }] };
  assert.ok(found('PyPI', { ...record, name: 'JW_Util' }, ['jw.util', '1.0']));
  assert.ok(found('Maven', { ...record, name: 'org.a:b' }, ['org.a:b', '1.0']));
  assert.ok(!found('npm', { ...record, name: 'Left' }, ['left', '1.0.0']));
});

test('a package of a distribution is found by its source and its release', () => {
  const events = [{ introduced: '0' }, { fixed: '7.88.1-10+deb12u5' }];
  const known = database('Debian', [
    osvRecord('DEBIAN-CVE-2026-1', {
      ecosystem: 'Debian:12',
      name: 'curl',
      events,
      upstream: ['CVE-2026-1'],
    }),
  ]);
  const idsOf = (version: string, qualifiers: Record<string, string>): readonly string[] =>
    packageFindings(item('Debian', 'libcurl4', version, qualifiers), known).map(({ id, aliases }) =>
      [id, ...aliases].join(' '),
    );
  const whole = ['DEBIAN-CVE-2026-1 CVE-2026-1'];
  assert.deepEqual(idsOf('7.88.1-10+deb12u4', { distro: 'debian-12', upstream: 'curl' }), whole);
  assert.deepEqual(idsOf('7.88.1-10+deb12u4', { distro: 'bookworm', upstream: 'curl' }), whole);
  assert.deepEqual(idsOf('7.88.1-10+deb12u4', { distro: 'debian-12.5', upstream: 'curl' }), whole);
  assert.deepEqual(idsOf('7.88.1-10+deb12u4', { distro: 'trixie', upstream: 'curl' }), []);
  assert.deepEqual(idsOf('7.88.1-10+deb12u5', { distro: 'debian-12', upstream: 'curl' }), []);
  assert.deepEqual(idsOf('9', { distro: 'debian-12', upstream: 'curl@7.88.1-10' }), whole);
});

test('Ubuntu: with LTS and without, and not what only Pro has', () => {
  const events = [{ introduced: '0' }];
  const known = database('Ubuntu', [
    osvRecord('USN-1', { ecosystem: 'Ubuntu:22.04:LTS', name: 'curl', events }),
    osvRecord('USN-2', { ecosystem: 'Ubuntu:Pro:22.04:LTS', name: 'curl', events }),
  ]);
  const findings = packageFindings(item('Ubuntu', 'curl', '1', { distro: 'ubuntu-22.04' }), known);
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['USN-1'],
  );
});

test('aliases are one finding, what is related is another', () => {
  const all = { events: [{ introduced: '0' }] };
  const known = database('npm', [
    osvRecord('CVE-2026-1', all),
    osvRecord('PYSEC-1', { ...all, aliases: ['CVE-2026-9', 'CVE-2026-1'] }),
    osvRecord('GHSA-aaaa', {
      events: [{ introduced: '0' }, { fixed: '2.0.0' }],
      aliases: ['CVE-2026-9'],
      database_specific: { severity: 'MODERATE' },
    }),
    osvRecord('GHSA-bbbb', {
      ...all,
      related: ['GHSA-aaaa'],
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    }),
  ]);
  const findings = packageFindings(item('npm', 'left', '1.0.0'), known);
  assert.deepEqual(
    findings.map(({ id, aliases, severity, score, remedy }) => [
      id,
      aliases.join(' '),
      severity,
      score,
      remedy,
    ]),
    [
      ['GHSA-aaaa', 'CVE-2026-1 CVE-2026-9 PYSEC-1', 'medium', undefined, 'update to 2.0.0 or newer'],
      ['GHSA-bbbb', '', 'critical', 9.8, 'no version is known that mends it'],
    ],
  );
});

test('what was made to do harm is critical, and what nobody has judged is unknown', () => {
  const all = { events: [{ introduced: '0' }] };
  const severities = (id: string): readonly string[] =>
    packageFindings(item('npm', 'left', '1.0.0'), database('npm', [osvRecord(id, all)])).map(
      ({ severity }) => severity,
    );
  assert.deepEqual([severities('MAL-2026-1'), severities('GHSA-1')], [['critical'], ['unknown']]);
});

test('version 4 of CVSS counts before 3, and a vector before a word', () => {
  const severity = [
    { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    { type: 'CVSS_V4', score: 'CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' },
  ];
  const record = osvRecord('GHSA-1', {
    events: [{ introduced: '0' }],
    severity,
    database_specific: { severity: 'LOW' },
  });
  const [finding] = packageFindings(item('npm', 'left', '1.0.0'), database('npm', [record]));
  assert.deepEqual([finding?.score, finding?.severity], [7.3, 'high']);
});

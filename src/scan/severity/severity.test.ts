import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { cvssScore, severityOfScore, severityOfWord } from './severity.ts';

/** Scores that FIRST published with its examples, or that everyone knows. */
const PUBLISHED: Readonly<Record<string, readonly [vector: string, score: number]>> = {
  'CVE-2002-0392': ['AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8],
  'CVE-2003-0818': ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 10],
  'CVE-2003-0062': ['AV:L/AC:H/Au:N/C:C/I:C/A:C', 6.2],
  'CVE-2013-1937': ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
  'CVE-2013-0375': ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4],
  'CVE-2014-3566': ['CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 3.1],
  'CVE-2012-1516': ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H', 9.9],
  'CVE-2009-0783': ['CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L', 4.2],
  'CVE-2008-1447': ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N', 6.8],
  'CVE-2014-0160': ['CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5],
  'CVE-2014-6271': ['CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
  'CVE-2014-0224': ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N', 7.4],
  'CVE-2012-5376': ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H', 9.6],
  'CVE-2022-41741': ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3],
  'CVE-2014-0160 in version 4': ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N', 8.7],
  'CVE-2013-6014': ['CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:H', 6.4],
  'CVE-2021-44228': ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10],
};

for (const [name, [vector, score]] of Object.entries(PUBLISHED)) {
  test(`${name} scores ${score}`, () => assert.equal(cvssScore(vector), score));
}

test('vectors of every version score as another implementation has scored them', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../test/fixtures/scan/cvss-scores.txt'), 'utf8');
  const lines = text.trim().split('\n');
  assert.equal(lines.length, 530);
  const wrong = lines.filter((line) => {
    const [vector = '', score] = line.split(' ');
    return cvssScore(vector) !== Number(score);
  });
  assert.deepEqual(wrong, []);
});

const NONE = [
  '',
  'HIGH',
  'CVSS:3.1/',
  'CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/',
  'CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:C',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/toString:N',
  'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:S/SA:N',
];

for (const vector of NONE) {
  test(`"${vector}" is no vector`, () => assert.equal(cvssScore(vector), undefined));
}

test('any text gives a score from 0 to 10 or none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const prefix of ['', 'CVSS:3.1/', 'CVSS:4.0/']) {
        const score = cvssScore(prefix + text);
        assert.ok(score === undefined || (score >= 0 && score <= 10));
      }
    }),
  );
});

test('scores and words give severities', () => {
  assert.deepEqual([0, 3.9, 4, 6.9, 7, 8.9, 9, 10].map(severityOfScore), [
    'low',
    'low',
    'medium',
    'medium',
    'high',
    'high',
    'critical',
    'critical',
  ]);
  assert.deepEqual(['MODERATE', 'High', 'untriaged', ''].map(severityOfWord), [
    'medium',
    'high',
    'unknown',
    'unknown',
  ]);
});

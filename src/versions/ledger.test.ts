import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { isSameRelease, ledgerProblems, refusals } from './check-release.ts';
import { type Ledger, ledgerTextWith, parseLedger, type ReleaseRecord } from './ledger.ts';
import { parseSemanticVersion } from './semantic-version.ts';
import { channelOf, namesOf } from './version-names.ts';
import { numberOf } from './version-number.ts';

const COMMIT = (letter: string): string => letter.repeat(40);

interface Released {
  readonly version: string;
  readonly commit?: string;
  readonly number?: number;
  readonly channel?: string;
  readonly tagged?: string;
}

function recordOf({ version, commit = 'a', number, channel }: Released): ReleaseRecord {
  const parsed = parseSemanticVersion(version)!;
  return {
    version,
    number: number ?? Number(numberOf(parsed)),
    channel: channel ?? channelOf(parsed),
    commit: COMMIT(commit),
    time: '2026-11-27T00:00:00+00:00',
  };
}

function read(text: string | undefined): Ledger {
  const ledger = parseLedger(text);
  assert.ok(ledger.ok);
  return ledger.value;
}

function ledgerOf(...released: readonly Released[]): Ledger {
  let ledger = read(undefined);
  for (const each of released) ledger = read(ledgerTextWith(ledger, recordOf(each)));
  return ledger;
}

function tell(name: string, before: readonly Released[], then: Released, expected: RegExp | undefined): void {
  test(name, () => {
    const { tagged, ...release } = then;
    const record = recordOf(release);
    const names = namesOf({ ...record, version: parseSemanticVersion(release.version)! });
    const candidate = {
      names,
      commit: record.commit,
      tagged: tagged === undefined ? undefined : COMMIT(tagged),
    };
    const found = refusals(ledgerOf(...before), candidate).map((each) => renderDiagnostic(each));
    if (expected) assert.match(found.join('\n'), expected);
    else assert.deepEqual(found, []);
  });
}

const one: Released = { version: '1.0.0' };
tell('the first release', [], one, undefined);
tell('a later one', [one], { version: '1.0.1', commit: 'b' }, undefined);
tell('the same commit once more', [one], one, undefined);
tell(
  'another commit with the same version',
  [one],
  { version: '1.0.0', commit: 'b' },
  /^mobileops\.versions:4:16: error\[version\/reused\] 1\.0\.0 was released in the channel stable from the commit aaaaaaaaaaaa, with the number 10000099\n[\s\S]*help: release a later version: 1\.0\.1; git checkout aaaaaaaaaaaa releases that one again/,
);
tell(
  'what stands behind + makes no other version',
  [one],
  { version: '1.0.0+x', commit: 'b' },
  /version\/reused.*cannot be told from 1\.0\.0/,
);
tell(
  'alpha and alpha.0 are one wheel',
  [{ version: '1.0.0-alpha' }],
  { version: '1.0.0-alpha.0', commit: 'b' },
  /version\/reused/,
);
tell(
  'a tag of an image has no +',
  [{ version: '2.0.0-a', number: 5 }],
  { version: '2.0.0+a', commit: 'b' },
  /version\/reused/,
);
tell(
  'an older version',
  [{ version: '1.1.0' }],
  { version: '1.0.5', commit: 'b' },
  /version\/going-back\] 1\.0\.5 comes before 1\.1\.0[\s\S]*release a later version: 1\.1\.1, or .*--channel 1\.x/,
);
tell(
  'an older version in a channel of its own',
  [{ version: '2.0.0' }],
  { version: '1.0.5', commit: 'b', channel: '1.x' },
  undefined,
);
tell(
  'a fix while the next version is in beta',
  [one, { version: '1.1.0-beta.1', commit: 'b' }],
  { version: '1.0.1', commit: 'c' },
  undefined,
);
tell(
  'an older beta',
  [{ version: '1.1.0-beta.2' }],
  { version: '1.1.0-beta.1', commit: 'b' },
  /going-back[\s\S]*later version: 1\.1\.0-beta\.3/,
);
tell(
  'BUILD_NUMBER that was used',
  [{ version: '1.0.0', number: 42 }],
  { version: '1.0.1', number: 42, commit: 'b' },
  /version\/reused.*\(number 42\) cannot be told/,
);
tell(
  'BUILD_NUMBER that was used in another channel',
  [{ version: '1.0.0', number: 42 }],
  { version: '1.1.0-beta.1', number: 42, commit: 'b' },
  /version\/reused/,
);
tell(
  'BUILD_NUMBER that goes down',
  [{ version: '1.0.0', number: 42 }],
  { version: '1.0.1', number: 41, commit: 'b' },
  /version\/going-back\] the number 41 of 1\.0\.1 is below 42[\s\S]*BUILD_NUMBER to 43/,
);
tell(
  'the same commit with another BUILD_NUMBER',
  [{ version: '1.0.0', number: 42 }],
  { version: '1.0.0', number: 43 },
  /version\/reused[\s\S]*BUILD_NUMBER=42 mobileops release v1\.0\.0/,
);
tell(
  'a tag on another commit',
  [],
  { ...one, tagged: 'b' },
  /version\/tagged-elsewhere\] the tag of 1\.0\.0 names the commit bbbbbbbbbbbb/,
);
tell('a tag on this commit', [one], { ...one, tagged: 'a' }, undefined);

test('the ledger is by version, a line for each, and its text says it all', () => {
  const ledger = ledgerOf(
    { version: '1.10.0' },
    { version: '1.9.0', commit: 'b' },
    { version: '2.0.0-rc.1', commit: 'c' },
  );
  assert.deepEqual(
    ledger.file.text
      .split('\n')
      .filter((line) => line.includes('commit'))
      .map((line) => /"version":"([^"]+)"/.exec(line)?.[1]),
    ['1.9.0', '1.10.0', '2.0.0-rc.1'],
  );
  assert.ok(
    ledger.releases.some((release) =>
      isSameRelease(release, {
        names: namesOf({ ...release, version: release.parsed }),
        commit: release.commit,
        tagged: undefined,
      }),
    ),
  );
});

test('two branches that have both released contradict each other once merged', () => {
  const problems = (...released: readonly Released[]): string[] =>
    ledgerProblems(ledgerOf(...released)).map((each) => `${each.code} ${each.message}`);
  assert.deepEqual(problems(one, { version: '1.0.1', commit: 'b' }), []);
  assert.match(
    problems(one, { version: '1.0.0', commit: 'b' }).join(),
    /^version\/two-releases 1\.0\.0 .*bbbbbbbbbbbb\) and 1\.0\.0 .*aaaaaaaaaaaa\) contradict/,
  );
  assert.match(
    problems({ version: '1.0.0', number: 9 }, { version: '1.0.1', number: 8, commit: 'b' }).join(),
    /two-releases/,
  );
});

test('a ledger that is none is refused, with what is wrong', () => {
  const wrong = (text: string): string => {
    const ledger = parseLedger(text);
    return ledger.ok ? '' : renderDiagnostic(ledger.failure);
  };
  assert.match(wrong('{'), /mobileops\.versions: error\[version\/bad-ledger\] it is no JSON/);
  assert.match(wrong('{\n<<<<<<< HEAD\n'), /a merge has left its marks/);
  assert.match(wrong('{"version":2}'), /`version` is not 1/);
  assert.match(wrong('{"version":1,"releases":[{}]}'), /number 1 of its releases lacks/);
  assert.match(wrong('null'), /is not 1/);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { QualityException, QualitySettings } from '../config/index.ts';
import type { Package } from '../packages/index.ts';
import type { Finding, ScanReport } from '../scan/index.ts';
import { judge, type Measured } from './judge.ts';
import { exitCodeOfReport } from './model.ts';
import { htmlReport } from './report/html.ts';
import { junitReport } from './report/junit.ts';
import { reportTable } from './report/text.ts';

const NOW = Date.UTC(2026, 10, 27);
const OFF: QualitySettings = {
  codeQuality: { enabled: false, threshold: 8 },
  testCoverage: { enabled: false, threshold: 80 },
  securityScan: { enabled: false, allowHighSeverity: false, maxAgeDays: 30, accept: [], ignore: [] },
  performanceTest: { enabled: false, maxResponseTimeMs: 200 },
  licences: { enabled: false, deny: [], allowUnknown: false },
  exceptions: [],
  isStated: true,
};
const NOTHING: Measured = { targets: [], tests: [], checked: [], loads: [] };

const located = <T>(value: T) => ({
  value,
  span: { file: { path: 'build-config.yaml', text: '' }, start: 0, end: 0 },
});

function exception(
  gate: QualityException['gate']['value'],
  expires: string,
  target?: string,
): QualityException {
  const named = target === undefined ? {} : { target: located(target) };
  return { gate: located(gate), ...named, reason: 'moves next month', expires, by: 'ada' };
}

/** `status gate subject`, without the gates that do not count. */
function lines(measured: Partial<Measured>, settings: Partial<QualitySettings>): string[] {
  const report = judge({ ...NOTHING, ...measured }, { ...OFF, ...settings }, NOW);
  return report.lines
    .filter(({ why }) => why !== 'the configuration does not ask for it')
    .map(({ status, gate, subject }) => `${status} ${gate} ${subject}`);
}

const lint = (report: string | undefined, rest: object = {}) => ({
  ...{ linter: 'ruff' as const, version: '1', command: 'ruff', files: 1, lines: 100 },
  ...(report === undefined ? {} : { report }),
  ...rest,
});
const target = (label: string, lints: readonly ReturnType<typeof lint>[]) => ({
  ...{ label, directory: 'components/a', sources: [], lints, notLinted: {} },
});
const BAD = JSON.stringify([{ code: 'F821', filename: 'a.py', message: 'undefined', location: { row: 1 } }]);

function scan(findings: readonly Partial<Finding>[], rest: Partial<ScanReport> = {}): ScanReport {
  const full = findings.map((each) => ({
    ...{
      id: 'X-1',
      aliases: [],
      kind: 'vulnerability',
      severity: 'high',
      title: 't',
      subject: 'pkg:npm/a@1',
    },
    ...each,
  })) as Finding[];
  return {
    ...{ version: 1, findings: full, databases: [], notScanned: [], packages: 3, files: 4, diagnostics: [] },
    ...rest,
  };
}

const load = (p95Ms: number, failed = 0) => ({
  ...{ label: 'component:a', command: './run' },
  report: JSON.stringify({
    generator: '9',
    paths: [{ path: '/', requests: 10, failed, p95Ms, p99Ms: p95Ms, maxMs: p95Ms }],
  }),
});

const pkg = (licence: string | undefined, scope: Package['scopes'][number] = 'run'): Package => ({
  ...{
    purl: `pkg:npm/${licence ?? 'none'}@1`,
    ecosystem: 'npm',
    name: 'a',
    version: '1',
    scopes: [scope],
    places: [],
  },
  ...(licence === undefined ? {} : { licence }),
});

const shipped = (subject: string, licences: readonly (string | undefined)[]) => ({
  subject,
  notKnown: [],
  packages: licences.map((licence) => ({
    id: `pkg:deb/debian/${licence}@1`,
    ...(licence ? { licence } : {}),
  })),
});

describe('each gate', () => {
  const codeQuality = { enabled: true, threshold: 8 };
  const securityScan = { ...OFF.securityScan, enabled: true };
  const performanceTest = { enabled: true, maxResponseTimeMs: 200 };
  const licences = { ...OFF.licences, enabled: true };
  const kinds = ['vulnerabilities', 'secrets', 'models', 'Dockerfiles', 'Android manifests'];
  const secured = (red: Readonly<Record<string, string>>) =>
    kinds.map((kind) => `${red[kind] ?? 'passed'} securityScan ${kind}`);
  const error = { code: 'scan/old-database', severity: 'error', message: 'old' } as const;
  const cases: readonly (readonly [
    string,
    Partial<Measured>,
    Partial<QualitySettings>,
    readonly string[],
  ])[] = [
    ['nothing asked for', {}, {}, []],
    [
      'a good score',
      { checked: [target('component:a', [lint('[]')])] },
      { codeQuality },
      ['passed codeQuality component:a'],
    ],
    [
      'a bad score',
      { checked: [target('component:a', [lint(BAD)])] },
      { codeQuality },
      ['failed codeQuality component:a'],
    ],
    [
      'a lower threshold',
      { checked: [target('component:a', [lint(BAD)])] },
      { codeQuality: { enabled: true, threshold: 5 } },
      ['passed codeQuality component:a'],
    ],
    [
      'one linter of two missing',
      { checked: [target('component:a', [lint('[]'), lint(undefined)])] },
      { codeQuality },
      ['not-measured codeQuality component:a'],
    ],
    [
      'nothing to lint',
      { checked: [target('component:a', [])] },
      { codeQuality },
      ['off codeQuality workspace'],
    ],
    ['nothing found', { scan: scan([]) }, { securityScan }, secured({})],
    ['a vulnerability', { scan: scan([{}]) }, { securityScan }, secured({ vulnerabilities: 'failed' })],
    ['a medium one', { scan: scan([{ severity: 'medium' }]) }, { securityScan }, secured({})],
    [
      'one that waits',
      { scan: scan([{ ignored: { reason: 'r', expires: '2027-01-01' } }]) },
      { securityScan },
      secured({}),
    ],
    [
      'one of high severity, allowed',
      { scan: scan([{}]) },
      { securityScan: { ...securityScan, allowHighSeverity: true } },
      secured({}),
    ],
    [
      'a secret and a model',
      { scan: scan([{ kind: 'secret' }, { kind: 'model', severity: 'critical' }]) },
      { securityScan },
      secured({ secrets: 'failed', models: 'failed' }),
    ],
    [
      'old advisories',
      { scan: scan([], { diagnostics: [error] }) },
      { securityScan },
      secured({ vulnerabilities: 'not-measured' }),
    ],
    [
      'old advisories that know one',
      { scan: scan([{}], { diagnostics: [error] }) },
      { securityScan },
      secured({ vulnerabilities: 'failed' }),
    ],
    ['no scan', {}, { securityScan }, ['not-measured securityScan workspace']],
    [
      'a fast service',
      { loads: [load(199.99)] },
      { performanceTest },
      ['passed performanceTest component:a'],
    ],
    [
      'a slow service',
      { loads: [load(200.01)] },
      { performanceTest },
      ['failed performanceTest component:a'],
    ],
    [
      'a fast service that fails',
      { loads: [load(1, 1)] },
      { performanceTest },
      ['failed performanceTest component:a'],
    ],
    [
      'a service that did not start',
      { loads: [{ label: 'component:a', command: 'x', problem: 'no' }] },
      { performanceTest },
      ['not-measured performanceTest component:a'],
    ],
    ['no service', {}, { performanceTest }, ['not-measured performanceTest workspace']],
    [
      'nothing but a target that could not be planned',
      { targets: [{ label: 'component:a', status: 'failed' }] },
      {
        ...{ codeQuality, performanceTest },
        ...{ testCoverage: { enabled: true, threshold: 80 } },
      },
      [
        'not-measured tests component:a',
        'not-measured codeQuality workspace',
        'not-measured testCoverage workspace',
        'not-measured performanceTest workspace',
      ],
    ],
    [
      'no service, and nobody asked',
      {},
      { performanceTest, isStated: false },
      ['off performanceTest workspace'],
    ],
    [
      'licences',
      { licences: { packages: [pkg('MIT'), pkg('GPL-3.0-only OR MIT')], notKnown: [] } },
      { licences: { ...licences, allow: ['MIT'] } },
      ['passed licences packages that ship'],
    ],
    [
      'a licence that is denied',
      { licences: { packages: [pkg('GPL-3.0-only')], notKnown: [] } },
      { licences: { ...licences, deny: ['gpl-3.0-only'] } },
      ['failed licences packages that ship'],
    ],
    [
      'both of two',
      { licences: { packages: [pkg('MIT AND GPL-3.0-only')], notKnown: [] } },
      { licences: { ...licences, allow: ['MIT'] } },
      ['failed licences packages that ship'],
    ],
    [
      'of a tool',
      { licences: { packages: [pkg('GPL-3.0-only', 'tool')], notKnown: [] } },
      { licences: { ...licences, allow: ['MIT'] } },
      ['passed licences packages that ship'],
    ],
    [
      'an unknown licence',
      { licences: { packages: [pkg(undefined)], notKnown: [] } },
      { licences },
      ['passed licences packages that ship', 'not-measured licences workspace'],
    ],
    [
      'an unknown licence, allowed',
      { licences: { packages: [pkg(undefined)], notKnown: [] } },
      { licences: { ...licences, allowUnknown: true } },
      ['passed licences packages that ship'],
    ],
    [
      'licences of images',
      {
        licences: {
          packages: [],
          images: [
            shipped('image:good', ['MIT']),
            shipped('image:bad', ['MIT', 'GPL-3.0-only', undefined]),
            { ...shipped('image:odd', []), notKnown: ['packages of Alpine are not read'] },
          ],
          notKnown: [],
        },
      },
      { licences: { ...licences, deny: ['GPL-3.0-only'] } },
      [
        'passed licences packages that ship',
        'passed licences image:good',
        'failed licences image:bad',
        'not-measured licences image:bad',
        'passed licences image:odd',
        'not-measured licences image:odd',
      ],
    ],
    [
      'tests',
      {
        targets: [
          { label: 'component:b', status: 'failed' },
          { label: 'component:a', status: 'built' },
        ],
        tests: [
          { label: 'component:a', category: 'unit', status: 'failed' },
          { label: 'component:a', category: 'integration', status: 'cached' },
          { label: 'component:b', category: 'unit', status: 'skipped' },
        ],
      },
      {},
      ['not-measured tests component:b', 'failed tests component:a', 'passed tests workspace'],
    ],
  ];
  for (const [name, measured, settings, expected] of cases)
    test(name, () => assert.deepEqual(lines(measured, settings), expected));
});

describe('what is let through', () => {
  const codeQuality = { enabled: true, threshold: 8 };
  const measured = { checked: [target('component:a', [lint(BAD)]), target('component:b', [lint(BAD)])] };
  const cases: readonly (readonly [string, readonly QualityException[], readonly string[]])[] = [
    [
      'one target',
      [exception('codeQuality', '2026-11-27', 'component:a')],
      ['excepted component:a', 'failed component:b'],
    ],
    [
      'all targets',
      [exception('codeQuality', '2027-01-01')],
      ['excepted component:a', 'excepted component:b'],
    ],
    ['another gate', [exception('licences', '2027-01-01')], ['failed component:a', 'failed component:b']],
    [
      'too long',
      [exception('codeQuality', '2026-11-26', 'component:a')],
      ['failed component:a', 'failed component:b', 'failed component:a'],
    ],
  ];
  for (const [name, exceptions, expected] of cases)
    test(name, () => {
      const report = judge({ ...NOTHING, ...measured }, { ...OFF, codeQuality, exceptions }, NOW);
      const told = report.lines
        .filter(({ status }) => status !== 'off')
        .map(({ status, subject }) => `${status} ${subject}`);
      assert.deepEqual(told, expected);
    });

  test('an exception that is over is red where nothing else is', () => {
    const report = judge(NOTHING, { ...OFF, exceptions: [exception('licences', '2026-01-01')] }, NOW);
    assert.equal(report.status, 'failed');
    assert.match(report.lines.at(-1)?.measured ?? '', /licences was over after 2026-01-01/);
  });
  test('one for a target that was not looked at may be needed', () => {
    const exceptions = [exception('licences', '2027-01-01', 'app:other')];
    assert.deepEqual(judge(NOTHING, { ...OFF, exceptions }, NOW).notes, []);
  });
  test('one that is not needed is told', () => {
    const report = judge(NOTHING, { ...OFF, exceptions: [exception('licences', '2027-01-01')] }, NOW);
    assert.deepEqual([report.status, report.notes], ['passed', ['1 exception not needed: licences']]);
  });
});

test('the advisories are told with their age and gaps beside a verdict that passes, and what was not scanned', () => {
  const database = {
    ...({ ecosystem: 'npm', source: 'a mirror', asOf: '2026-01-01', records: 1, ageDays: 330 } as const),
    ...({ coverage: 'partial', gaps: 'some', accepted: 'no network' } as const),
  } as const;
  const scanned = scan([], { databases: [database], notScanned: [{ subject: 'a.7z', why: 'a 7z archive' }] });
  const securityScan = { ...OFF.securityScan, enabled: true };
  const { lines, notes, status } = judge({ ...NOTHING, scan: scanned }, { ...OFF, securityScan }, NOW);
  assert.equal(status, 'passed');
  const { evidence } = lines.find(({ subject }) => subject === 'vulnerabilities')!;
  assert.equal(evidence[0]!.version, 'as of 2026-01-01, 330 days old, with gaps');
  assert.deepEqual(notes, [
    'advisories for npm: 1 as of 2026-01-01, 330 days old, with gaps (some), from a mirror; accepted: no network',
    'not scanned: a.7z: a 7z archive',
  ]);
  assert.deepEqual(judge({ ...NOTHING, scan: scanned }, OFF, NOW).notes, []);
});

test('what was found is named with its place, once', () => {
  const securityScan = { ...OFF.securityScan, enabled: true };
  const found = [
    { kind: 'secret', id: 's', subject: 'a.pem', place: { path: 'a.pem', line: 3 } },
    { id: 'v', place: { path: 'package-lock.json' }, remedy: 'update' },
    { kind: 'model', id: 'm', subject: 'm.pkl' },
  ] as const;
  const { lines } = judge({ ...NOTHING, scan: scan(found) }, { ...OFF, securityScan }, NOW);
  assert.deepEqual(
    lines.flatMap(({ details }) => details),
    ['high v in pkg:npm/a@1 (package-lock.json): t; update', 'high s in a.pem:3: t', 'high m in m.pkl: t'],
  );
});

test('images are named, as they are not loaded', () => {
  const targets = [
    { label: 'component:a', status: 'built' },
    { label: 'image:web', status: 'up-to-date' },
  ] as const;
  const notes = (enabled: boolean) =>
    judge({ ...NOTHING, targets }, { ...OFF, performanceTest: { enabled, maxResponseTimeMs: 200 } }, NOW)
      .notes;
  assert.deepEqual(notes(false), []);
  assert.deepEqual(notes(true), [
    'images are not started and loaded, so no response times are known of image:web',
  ]);
});

test("the document's four gates are red beyond what it names, and green at it", () => {
  const settings: QualitySettings = {
    ...OFF,
    codeQuality: { enabled: true, threshold: 8 },
    testCoverage: { enabled: true, threshold: 80 },
    securityScan: { ...OFF.securityScan, enabled: true },
    performanceTest: { enabled: true, maxResponseTimeMs: 200 },
  };
  const path = 'components/a/a.py';
  const code = Array.from({ length: 100 }, (_, at) => at + 1);
  const sources = [{ path, language: 'Python' as const, isCoverable: true, isTest: false, lines: 100, code }];
  const covered = (count: number) => {
    const text = `SF:${path}\n${code.map((line) => `DA:${line},${line <= count ? 1 : 0}\n`).join('')}end_of_record\n`;
    return {
      ...{ label: 'component:a', category: 'unit', status: 'ran' as const },
      coverage: { format: 'lcov' as const, text },
    };
  };
  const red = (report: string, percent: number, severity: Finding['severity'], p95Ms: number) => {
    const checked = [{ ...target('component:a', [lint(report)]), sources }];
    const measured = { checked, tests: [covered(percent)], loads: [load(p95Ms)], scan: scan([{ severity }]) };
    const told = judge({ ...NOTHING, ...measured }, settings, NOW).lines;
    assert.deepEqual(
      told.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ gate }) => gate),
      ['licences'],
    );
    return [...new Set(told.filter(({ status }) => status === 'failed').map(({ gate }) => gate))];
  };
  assert.deepEqual(red('[]', 80, 'medium', 200), []);
  assert.deepEqual(red(BAD, 79, 'high', 200.01), [
    'codeQuality',
    'testCoverage',
    'securityScan',
    'performanceTest',
  ]);
});

test('exit codes: 3 only where all that is red is missing', () => {
  const codeQuality = { enabled: true, threshold: 8 };
  const missing = lint(undefined, { problem: 'not locked', isMissing: true });
  const of = (checked: Measured['checked']) =>
    exitCodeOfReport(judge({ ...NOTHING, checked }, { ...OFF, codeQuality }, NOW));
  assert.equal(of([target('component:a', [lint('[]')])]), 0);
  assert.equal(of([target('component:a', [missing])]), 3);
  assert.equal(of([target('component:a', [missing]), target('component:b', [lint(BAD)])]), 1);
});

test('every form of the report says all of it, and nothing of it can become markup', () => {
  const codeQuality = { enabled: true, threshold: 8 };
  const hostile = JSON.stringify([
    { code: 'F821', filename: 'a.py', message: '<script>alert("x")</script>\u0001&', location: { row: 1 } },
  ]);
  const checked = [target('component:a', [lint(hostile)]), target('component:b', [lint(BAD)])];
  const exceptions = [exception('codeQuality', '2027-01-01', 'component:b')];
  const report = judge({ ...NOTHING, checked }, { ...OFF, codeQuality, exceptions }, NOW);
  const text = reportTable(report);
  assert.match(
    text,
    /^FAILED +code quality +component:a +5 of 10 \(1 finding in 100 lines\) +at least 8 of 10 +ruff 1$/m,
  );
  assert.match(text, /let through until 2027-01-01 by ada: moves next month/);
  assert.match(text, /1 of 6 lines is red$/);
  const narrow = reportTable(report, { columns: 76 }).split('\n');
  assert.deepEqual(
    narrow.filter((line) => line.length > 76),
    [],
  );
  assert.match(narrow.join('\n'), /^ +gate +of +measured\n/);
  assert.match(narrow.join('\n'), /^off .* does not ask for\n {41}it$/m);
  assert.match(narrow.join('\n'), /^code quality of component:a:\n {2}wanted: at least 8 of 10\n {2}a\.py/m);
  assert.doesNotMatch(text, /wanted:/);
  const html = htmlReport(report, { title: 'Gates', time: 'now' });
  assert.doesNotMatch(html, /<script/);
  assert.match(html, /&lt;script&gt;/);
  const junit = junitReport(report);
  assert.match(junit, /<testsuite name="code quality" tests="2" failures="1" skipped="0">/);
  assert.match(junit, /&lt;script&gt;alert\("x"\)&lt;\/script&gt;\ufffd&amp;/);
  assert.match(junit, /<testcase classname="licences" name="workspace"><skipped/);
  assert.doesNotMatch(junit, /name="notes"/);
  assert.match(
    junitReport({ ...report, notes: ['a & b', 'c'] }),
    /<testsuite name="notes" tests="0" failures="0" skipped="0">\n *<system-out>a &amp; b\nc<\/system-out>/,
  );
});

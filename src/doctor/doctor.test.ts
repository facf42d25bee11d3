import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../base/index.ts';
import { FakeClock } from '../host/testing.ts';
import { examine } from './examine.ts';
import { FINDINGS } from './finding-table.ts';
import { reportText } from './report-text.ts';
import { type Declared, diskWith, examinedOf, type Patient } from './testing.ts';

/** What is said beside what is fine, in the words of the report and without its last line. */
function check(title: string, patient: Patient, expected: readonly string[]): void {
  test(title, async () => {
    const { findings, notChecked } = await examine(examinedOf(patient));
    const wrong = findings.filter(({ severity }) => severity !== 'fine');
    const said = wrong.map(({ severity, id, seen, detail = [], remedy }) =>
      [`${severity} ${id}: ${seen}`, ...detail, `mend: ${remedy}`].join('\n'),
    );
    const HEALTHY = new Set(['key/signing', 'network/service']);
    const unchecked = notChecked
      .filter(({ id, why }) => !(HEALTHY.has(id) && /^(SIGNING_KEY is not set|neither a setting)/.test(why)))
      .map(({ id, why }) => `not checked ${id}: ${why}`);
    assert.deepEqual([...said, ...unchecked], expected);
    for (const { id, why } of wrong) assert.equal(why, FINDINGS[id]);
  });
}

const error = (code: string, message: string, hint = ''): Diagnostic => ({
  code,
  severity: 'error',
  message,
  hint,
});

check('a healthy machine', {}, []);
check('a disk that is nearly full', { fs: Object.assign(diskWith({}), { capacityBytes: 2 ** 30 }) }, [
  'warning disk/workspace: 1.0 GiB are free on the disk of /work\nmend: mobileops cache gc --max-size 5GiB',
  'warning disk/cache: 1.0 GiB are free on the disk of /\nmend: mobileops cache gc --max-size 5GiB',
]);
check('little memory', { env: { freeMemoryBytes: () => 2 ** 27 } }, [
  'broken memory/free: 128.0 MiB of 4.0 GiB of memory are free\nmend: mobileops build --jobs 1',
]);
check(
  'errors in the configuration',
  { workspace: { diagnostics: [{ ...error('config/x', 'is wrong'), path: 'build-config.yaml' }] } },
  [
    'broken workspace/configuration: the configuration has 1 error and 0 warnings\nbuild-config.yaml: error[config/x] is wrong\nmend: mobileops validate',
  ],
);
check(
  'a lock that is stale',
  {
    declared: {
      lock: { problems: [error('dependencies/stale', 'numpy is not locked')], missingFiles: 0, origins: [] },
    },
  },
  [
    'broken lock/state: mobileops.lock is not what the workspace asks for: 1 problem\nerror[dependencies/stale] numpy is not locked\nmend: mobileops deps lock',
  ],
);
const withTests = (module: string, android: object = {}) =>
  ({
    declared: {
      targets: [
        {
          ...{ label: { kind: 'app', name: 'notes' }, directory: 'mobile/notes', needs: [] },
          spec: { rule: 'android', android },
        },
      ] as unknown as Declared['targets'],
    },
    fs: diskWith({ [`/work/mobile/notes/${module}src/androidTest/java/ATest.java`]: '' }),
  }) satisfies Patient;
const TESTED = withTests('');
const NO_ADB = [
  'warning tool/device: there is no adb for the tests of app:notes on a device\nmend: apt-get install adb',
];
check('tests for a device without adb', TESTED, NO_ADB);
check('tests for a device in `app`', withTests('app/'), NO_ADB);
check('tests for a device in a module', withTests('phone/', { directory: { value: 'phone' } }), NO_ADB);
check('tests for a device with adb', { ...TESTED, processes: { programs: { adb: '/usr/bin/adb' } } }, []);
check('a lock that was not fetched', { declared: { lock: { problems: [], missingFiles: 3, origins: [] } } }, [
  'warning lock/fetched: the cache lacks 3 locked files\nmend: mobileops prepare',
]);
check(
  'a tool that is missing',
  {
    declared: {
      tools: [
        {
          ...{ name: 'cc', version: '', isLocked: false, neededBy: ['component:a', 'component:b'] },
          problems: [error('toolchain/missing', 'cc is needed', 'install it: `apt-get install gcc`')],
        },
      ],
    },
  },
  ['broken tool/available: cc is needed\nneeded by component:a, component:b\nmend: apt-get install gcc'],
);
check(
  'a machine without namespaces',
  {
    examined: { sandbox: async () => ({ kind: 'plain', reason: 'EPERM' }) },
    fs: diskWith({ '/proc/sys/user/max_user_namespaces': '0\n' }),
  },
  [
    'warning sandbox/kind: actions run without namespaces: EPERM\nmend: sudo sysctl -w user.max_user_namespaces=15000',
  ],
);
check(
  'folders of another user, in which nothing can be written',
  { fs: Object.assign(diskWith({ '/work/dist/a': '' }), { uid: 1001 }), env: { userId: 1000 } },
  [
    ...['/work', '/work/dist'].map(
      (path) =>
        `broken workspace/permissions: ${path} belongs to user 1001\nmend: sudo chown -R "$(id -u)" ${path}`,
    ),
    'broken cache/folder: / belongs to user 1001\nmend: sudo chown -R "$(id -u)" /',
  ],
);
check(
  'a workspace of another user',
  { fs: Object.assign(diskWith({}), { uid: 1001 }), env: { userId: 1001 }, workspace: { root: '/' } },
  [],
);
test('the report ends with what is broken, and counts', async () => {
  const report = await examine(
    examinedOf({ env: { freeMemoryBytes: () => 1 }, workspace: null }, new FakeClock()),
  );
  const text = reportText(report, { isShort: true });
  assert.match(text, /^broken {7}memory\/free: 1 B of 4\.0 GiB of memory are free\n {13}why: /m);
  const narrow = reportText(report, { isShort: true, columns: 40 });
  assert.match(narrow, /^broken {7}memory\/free: 1 B of 4\.0 GiB\n {13}of memory are free\n/m);
  assert.match(text, /\n1 broken, 0 warnings, \d+ fine, \d+ not checked$/);
  assert.match(
    reportText(report, { isShort: false }),
    /^not checked {2}lock\/state: no build-config\.yaml is here/m,
  );
});

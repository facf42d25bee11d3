/** `check` is green on a good workspace, and red for a planted fault of each kind; with the real linters, runners and load. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runIn } from '../src/cli/testing.ts';
import { databaseOf, osvRecord } from '../src/scan/testing.ts';
import {
  COMPONENT,
  CONFIGURATION,
  missingTools,
  PACKAGE,
  writeFiles,
  writeGatesWorkspace,
} from './gates-workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'mobileops-check-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const TODAY = new Date().toISOString().slice(0, 10);
const RECORD = osvRecord('GHSA-planted', {
  name: PACKAGE,
  events: [{ introduced: '0' }],
  database_specific: { severity: 'HIGH' },
});

interface Line {
  readonly gate: string;
  readonly subject: string;
  readonly status: string;
  readonly why?: string;
}

async function check(
  root: string,
  database: string,
): Promise<{ readonly code: number; readonly red: string[] }> {
  const words = ['check', '--json', '--database', join(folder, database)];
  const variables = { MOBILEOPS_CACHE: join(folder, 'cache') };
  const { code, out, err } = await runIn(root, words, { variables });
  const { lines } = JSON.parse(out || '{}') as { lines?: readonly Line[] };
  assert.ok(lines, err);
  const red = lines.filter(({ status }) => status === 'failed' || status === 'not-measured');
  return { code, red: red.map(({ status, gate, subject }) => `${status} ${gate} ${subject}`) };
}

/** Assembled here, so that nobody finds one in our own sources. */
const SECRET = `${['-----BEGIN', 'PRIVATE', 'KEY-----'].join(' ')}\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(3)}\n${['-----END', 'PRIVATE', 'KEY-----'].join(' ')}\n`;
const BAD_CODE = `${Array.from({ length: 6 }, (_, index) => `export function f${index}(a) {\n  debugger;\n  return eval(a == ${index});\n}\n`).join('')}`;
const UNTESTED = Array.from(
  { length: 40 },
  (_, index) => `export const f${index} = () => {\n  return ${index};\n};\n`,
).join('');

/** Answers late, whatever the server does. */
const SLOW = `import { Server } from 'node:http';
const { emit } = Server.prototype;
Server.prototype.emit = function (event, ...rest) {
  if (event !== 'request') return emit.call(this, event, ...rest);
  setTimeout(() => emit.call(this, event, ...rest), 560);
  return true;
};
`;

interface Fault {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly configuration?: (text: string) => string;
  readonly database?: string;
  /** The service is loaded, which takes seconds; elsewhere that gate is off. */
  readonly isLoaded?: true;
  readonly code: number;
  readonly red: readonly string[];
}

const EXCEPTION = '    exceptions: [{gate: licences, reason: moving, expires: 2026-01-01, by: ada}]\n';

const FAULTS: Readonly<Record<string, Fault>> = {
  'bad code': {
    files: { 'components/api/tests/bad.mjs': BAD_CODE },
    ...{ code: 1, red: ['failed codeQuality component:api'] },
  },
  'code that no test runs': {
    files: { 'components/api/src/more.mjs': UNTESTED },
    ...{ code: 1, red: ['failed testCoverage component:api', 'failed testCoverage workspace'] },
  },
  'a vulnerability': { database: 'known', code: 1, red: ['failed securityScan vulnerabilities'] },
  'advisories that are missing': {
    database: 'none',
    code: 3,
    red: ['not-measured securityScan vulnerabilities'],
  },
  'a slow service': {
    files: {
      'components/api/build.yaml': COMPONENT.replace('exec node', 'exec node --import ./tests/slow.mjs'),
      'components/api/tests/slow.mjs': SLOW,
    },
    ...{ isLoaded: true, code: 1, red: ['failed performanceTest component:api'] },
  },
  'a service that does not start': {
    files: { 'components/api/build.yaml': COMPONENT.replace('exec node src/server.mjs', 'exit 3') },
    ...{ isLoaded: true, code: 1, red: ['not-measured performanceTest component:api'] },
  },
  'a missing tool': {
    files: { 'components/api/tests/helper.py': 'import os\n\nprint(os.name)\n' },
    ...{ code: 3, red: ['not-measured codeQuality component:api'] },
  },
  'an exception that is over': {
    configuration: (text) => text + EXCEPTION,
    ...{ code: 1, red: ['failed exceptions workspace'] },
  },
  'a licence': {
    configuration: (text) => text.replace('allow: [MIT]', 'deny: [MIT]'),
    ...{ code: 1, red: ['failed licences packages that ship'] },
  },
  'a secret': {
    files: { 'components/api/tests/server.pem': SECRET },
    ...{ code: 1, red: ['failed securityScan secrets'] },
  },
  'a hostile model': {
    files: { 'components/api/tests/model.pkl': 'cos\nsystem\n(S"true"\ntR.' },
    ...{ code: 1, red: ['failed securityScan models'] },
  },
  'a failing test': {
    files: { 'components/api/tests/b.test.mjs': "throw new Error('no');\n" },
    ...{ code: 1, red: ['failed tests component:api', 'not-measured testCoverage component:api'] },
  },
};

const UNLOADED = CONFIGURATION.replace('maxResponseTime: 500ms', 'enabled: false');

const missing = missingTools();

/** Side by side, since a load waits longer than it works; with one cache, so that what a fault leaves as it is runs once. */
describe('check', { concurrency: 2, skip: missing && `not run: ${missing}` }, () => {
  const good = join(folder, 'good');
  if (!missing) writeGatesWorkspace({ root: good, cache: join(folder, 'cache') });
  writeFiles(folder, {
    'none/README.md': 'no advisories\n',
    'clean/npm.db': databaseOf('npm', [], { asOf: TODAY }),
    'known/npm.db': databaseOf('npm', [RECORD], { asOf: TODAY }),
    'clean/PyPI.db': databaseOf('PyPI', [], { asOf: TODAY }),
    'known/PyPI.db': databaseOf('PyPI', [], { asOf: TODAY }),
  });

  test('is green on a good workspace', async () => {
    assert.deepEqual(await check(good, 'clean'), { code: 0, red: [] });
  });

  for (const [name, fault] of Object.entries(FAULTS))
    test(`is red for ${name}`, async () => {
      const { files = {}, configuration = (text) => text, database = 'clean', isLoaded, code, red } = fault;
      const root = join(folder, name.replaceAll(' ', '-'));
      cpSync(good, root, { recursive: true, filter: (path) => !/\/(build-cache|dist)$/.test(path) });
      const text = configuration(isLoaded ? CONFIGURATION : UNLOADED);
      writeFiles(root, { 'build-config.yaml': text, ...files });
      assert.deepEqual(await check(root, database), { code, red });
    });
});

/** `check` is green on a good workspace, and red for a planted fault of each kind; with the real linters, runners and load. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runIn } from '../src/cli/testing.ts';
import { databaseOf, osvRecord } from '../src/scan/testing.ts';
import { isLong } from './long.ts';

const folder = mkdtempSync(join(tmpdir(), 'mobileops-check-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = 'apiVersion: build.mobileops.io/v1\n';
const CONFIGURATION = `${HEAD}kind: BuildConfiguration
metadata: {name: gates}
spec:
  version: 1.0.0
  quality:
    codeQuality: {threshold: 8.0}
    testCoverage: {threshold: 80}
    securityScan: {allowHighSeverity: false}
    performanceTest: {maxResponseTime: 200ms}
    licences: {allow: [MIT]}
`;
const COMPONENT = `${HEAD}kind: ComponentBuild
metadata: {name: api}
spec:
  buildSteps: [{name: nothing, command: "true"}]
  tests: {unit: tests}
  serve: {command: exec node src/server.mjs, port: 8080, duration: 1s, connections: 2}
`;
const SERVER = `import { createServer } from 'node:http';
import isArray from 'isarray';
import { greeting } from './greeting.mjs';

const server = createServer((_request, response) => response.end(greeting(isArray([]) ? 'you' : 'nobody')));
server.listen(process.env.PORT, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;
const GREETING = 'export function greeting(name) {\n  return `hello ${name}`;\n}\n';
const TEST = `import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import test from 'node:test';
import { greeting } from '../src/greeting.mjs';

test('greets', () => assert.equal(greeting('a'), 'hello a'));
test('serves', async () => {
  const server = spawn(process.execPath, ['src/server.mjs'], { env: { ...process.env, PORT: '8123' } });
  for (;;) {
    const answer = await fetch('http://127.0.0.1:8123/').catch(() => undefined);
    if (answer) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  server.kill();
  await once(server, 'exit');
});
`;

const FILES: Readonly<Record<string, string>> = {
  'build-config.yaml': CONFIGURATION,
  'components/api/build.yaml': COMPONENT,
  'components/api/package.json':
    '{"name": "api", "version": "1.0.0", "type": "module", "dependencies": {"isarray": "2.0.5"}}\n',
  'components/api/src/server.mjs': SERVER,
  'components/api/src/greeting.mjs': GREETING,
  'components/api/tests/api.test.mjs': TEST,
};

function write(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const TODAY = new Date().toISOString().slice(0, 10);
const RECORD = osvRecord('GHSA-planted', {
  name: 'isarray',
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
  const { code, out, err } = await runIn(root, ['check', '--json', '--database', join(folder, database)]);
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
  setTimeout(() => emit.call(this, event, ...rest), 260);
  return true;
};
`;

interface Fault {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly configuration?: (text: string) => string;
  readonly database?: string;
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
    ...{ code: 1, red: ['failed performanceTest component:api'] },
  },
  'a service that does not start': {
    files: { 'components/api/build.yaml': COMPONENT.replace('exec node src/server.mjs', 'exit 3') },
    ...{ code: 1, red: ['not-measured performanceTest component:api'] },
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

if (isLong)
  describe('check', () => {
    const good = join(folder, 'good');
    before(async () => {
      write(good, FILES);
      write(folder, {
        'none/README.md': 'no advisories\n',
        'clean/npm.db': databaseOf('npm', [], { asOf: TODAY }),
        'known/npm.db': databaseOf('npm', [RECORD], { asOf: TODAY }),
        'clean/PyPI.db': databaseOf('PyPI', [], { asOf: TODAY }),
        'known/PyPI.db': databaseOf('PyPI', [], { asOf: TODAY }),
      });
      const locked = await runIn(good, ['deps', 'lock']);
      assert.equal(locked.code, 0, locked.err);
    });

    test('is green on a good workspace', async () => {
      assert.deepEqual(await check(good, 'clean'), { code: 0, red: [] });
    });

    for (const [name, { files = {}, configuration, database = 'clean', code, red }] of Object.entries(FAULTS))
      test(`is red for ${name}`, async () => {
        const root = join(folder, name.replaceAll(' ', '-'));
        cpSync(good, root, { recursive: true });
        write(root, files);
        if (configuration) {
          const path = join(root, 'build-config.yaml');
          writeFileSync(path, configuration(readFileSync(path, 'utf8')));
        }
        assert.deepEqual(await check(root, database), { code, red });
      });
  });

/**
 * A small workspace that passes every gate of `check`: one component in JavaScript with a package, a test and a server. Nothing is
 * fetched for it: its lock is made of the example's, its tools come from the tests' own cache, and its package is packed here.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../src/base/index.ts';
import { readLock, writeLock } from '../src/dependencies/index.ts';
import type { LockedNode } from '../src/dependencies/model.ts';
import { nodeFrom } from '../src/dependencies/resolved-from.ts';
import { realHost } from '../src/host/index.ts';
import { preparedFiles, TEST_CACHE } from './prepared-tools.ts';

const HEAD = 'apiVersion: build.mobileops.io/v1\n';
export const CONFIGURATION = `${HEAD}kind: BuildConfiguration
metadata: {name: gates}
spec:
  version: 1.0.0
  quality:
    codeQuality: {threshold: 8.0}
    testCoverage: {threshold: 80}
    securityScan: {allowHighSeverity: false}
    performanceTest: {maxResponseTime: 500ms}
    licences: {allow: [MIT]}
`;
export const COMPONENT = `${HEAD}kind: ComponentBuild
metadata: {name: api}
spec:
  buildSteps: [{name: nothing, command: "true"}]
  tests: {unit: tests}
  serve: {command: exec node src/server.mjs, port: 8080, duration: 1s, connections: 2}
`;
const SERVER = `import { createServer } from 'node:http';
import isList from 'planted';
import { greeting } from './greeting.mjs';

const server = createServer((_request, response) => response.end(greeting(isList([]) ? 'you' : 'nobody')));
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

/** The package that the component has; advisories and licences are planted for it. */
export const PACKAGE = 'planted';
const FOLDER = 'components/api';
const MANIFEST = `{"name": "api", "version": "1.0.0", "type": "module", "dependencies": {"${PACKAGE}": "1.0.0"}}\n`;

const FILES: Readonly<Record<string, string>> = {
  'build-config.yaml': CONFIGURATION,
  [`${FOLDER}/build.yaml`]: COMPONENT,
  [`${FOLDER}/package.json`]: MANIFEST,
  [`${FOLDER}/src/server.mjs`]: SERVER,
  [`${FOLDER}/src/greeting.mjs`]: GREETING,
  [`${FOLDER}/tests/api.test.mjs`]: TEST,
};

export function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Tools that have to be prepared before. */
const TOOLS = ['node', 'npm', 'biome'] as const;

/** Why there can be no such workspace here. */
export function missingTools(): string | undefined {
  const missing = TOOLS.filter((name) => !preparedFiles(name).some(({ isThere }) => isThere));
  return missing.length === 0 ? undefined : `not prepared: ${missing.join(', ')}`;
}

/** Writes the workspace, and beside it the cache that its checks share. */
export function writeGatesWorkspace({
  root,
  cache,
}: {
  readonly root: string;
  readonly cache: string;
}): void {
  writeFiles(root, FILES);
  const host = realHost();
  const example = readLock(host.fs, join(import.meta.dirname, '../examples/platform')).value!;
  const tools = Object.fromEntries(TOOLS.map((name) => [name, example.tools[name]!]));
  for (const { place, isThere } of TOOLS.flatMap((name) => preparedFiles(name))) {
    if (!isThere) continue;
    mkdirSync(dirname(join(cache, place)), { recursive: true });
    copyFileSync(join(TEST_CACHE, place), join(cache, place));
  }
  const node = { [FOLDER]: lockedPackage(root, cache) };
  writeLock(host.fs, root, { version: 3, tools, node, python: {}, wheels: {}, maven: {} });
}

/** Packs the package, stores it and gives what a lock says of it. */
function lockedPackage(root: string, cache: string): LockedNode {
  const scratch = join(cache, 'pack');
  writeFiles(scratch, {
    'package/package.json': `{"name": "${PACKAGE}", "version": "1.0.0", "license": "MIT", "main": "index.js"}\n`,
    'package/index.js': 'module.exports = Array.isArray;\n',
  });
  spawnSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: scratch });
  const bytes = readFileSync(join(scratch, 'package.tgz'));
  const hash = sha256(bytes);
  writeFiles(cache, { [`cas/${hash.slice(0, 2)}/${hash}`]: bytes });
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const path = `node_modules/${PACKAGE}`;
  const packageLock = `${JSON.stringify({
    ...{ name: 'api', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': { name: 'api', version: '1.0.0', dependencies: { [PACKAGE]: '1.0.0' } },
      [path]: { version: '1.0.0', integrity, license: 'MIT' },
    },
  })}\n`;
  const file = `${FOLDER}/package-lock.json`;
  writeFiles(root, { [file]: packageLock });
  const from = nodeFrom({
    folder: FOLDER,
    manifest: { path: `${FOLDER}/package.json`, text: MANIFEST },
    packageLock: { path: file, text: packageLock },
  });
  const entry = { path, name: PACKAGE, version: '1.0.0', integrity, sha256: hash, sizeBytes: bytes.length };
  return { from, packages: [entry] };
}

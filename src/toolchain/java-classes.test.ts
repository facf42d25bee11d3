import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MemoryCas } from '../cas/index.ts';
import { realHost } from '../host/index.ts';
import { javaClasses } from './index.ts';

const { fs, processes, env } = realHost();

test('a program is compiled once, and why it cannot be is said', async (t) => {
  const javac = processes.which('javac', env.variables.PATH ?? '');
  if (!javac) return t.skip('not run: a JDK is missing');
  const folder = mkdtempSync(join(tmpdir(), 'java-classes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const temporaryDirectory = join(folder, 'tmp');
  fs.makeDirectory(temporaryDirectory);
  const options = {
    fs,
    processes,
    cas: new MemoryCas({ fs, root: join(folder, 'cas') }),
    cacheDirectory: folder,
    javac,
    javaVersion: '17',
    temporaryDirectory,
  };
  const program = {
    className: 'A',
    source: 'class A { class B {} }',
    classpath: folder,
    classpathVersion: '1',
  };
  const first = await javaClasses(options, program);
  assert.ok(first.ok, JSON.stringify(first));
  assert.deepEqual(
    first.value.files.map(({ name }) => name),
    ['A$B.class', 'A.class'],
  );
  assert.deepEqual(readdirSync(temporaryDirectory), []);
  const again = { ...options, javac: '/nowhere/javac' };
  assert.deepEqual(await javaClasses(again, program), first);
  const others = [
    { ...program, source: 'class A {' },
    { ...program, classpathVersion: '2' },
  ];
  for (const other of others) assert.equal((await javaClasses(again, other)).ok, false);
  const wrong = await javaClasses(options, others[0]!);
  assert.match(wrong.ok ? '' : wrong.failure, /A\.java:1: error/);
  assert.equal((await javaClasses({ ...again, javaVersion: '21' }, program)).ok, false);
});

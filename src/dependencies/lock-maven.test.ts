import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../base/index.ts';
import { fetchMaven } from './lock-maven.ts';
import { CACHE, fakeWorld } from './testing.ts';

test('libraries of two groups may have one name and version', async () => {
  const jars = { 'org.example:lib:1.0': 'a jar', 'org.other:lib:1.0': 'another jar' };
  const { host, cas } = fakeWorld({ jars });
  const signal = new AbortController().signal;
  const files = Object.entries(jars).map(([coordinate, content]) => {
    const name = coordinate.replace(/:1\.0$/, '');
    return { name, version: '1.0', file: 'lib-1.0.jar', sha256: sha256(content) };
  });
  const fetched: string[] = [];
  const context = { host, cas, cacheDirectory: CACHE, sink: () => {}, signal };
  const problems = await fetchMaven(context, files, ({ name }) => fetched.push(name));
  assert.deepEqual(problems, []);
  assert.deepEqual(fetched, ['org.example:lib', 'org.other:lib']);
});

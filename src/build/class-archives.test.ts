import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realHost } from '../host/index.ts';
import { FakeProcesses, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import { makeClassArchives } from './class-archives.ts';
import { sourceProgram } from './testing.ts';

test('where the machine has no JDK, each archive that was asked for is said not to be made', async () => {
  const env = fakeEnv({ variables: { MOBILEOPS_CACHE: '/cache', PATH: '/usr/bin' } });
  const host = { ...realHost(), fs: new MemoryFileSystem(), env, processes: new FakeProcesses() };
  const environment = { host, program: sourceProgram, directory: '/w', signal: new AbortController().signal };
  const { made, notMade } = await makeClassArchives(environment, { lock: undefined, names: ['java', 'r8'] });
  assert.deepEqual(made, []);
  assert.deepEqual(
    notMade.map(({ tool, why }) => `${tool}: ${why}`),
    ['java', 'r8'].map((tool) => `${tool}: a JDK 17 or newer is needed and was not found on this machine`),
  );
});

import assert from 'node:assert/strict';
import * as nodeFs from 'node:fs';
import { tmpdir } from 'node:os';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { realHost } from '../host/index.ts';
import { openDiskStore } from './disk-store.ts';

/** Puts the same blobs and results as its twin, and reads them back. */
const WRITER = `
const LIMIT = 400;
const { realHost } = await import(process.argv[1]);
const { openDiskStore } = await import(process.argv[2]);
const { fs, clock, env } = realHost();
const { cas, actions } = openDiskStore({ fs, clock, env, root: process.argv[3] });
const execution = { durationMs: 1, finishedAtMs: 1, peakMemoryBytes: 0, cpuMs: 0 };
for (let round = 0; round < 3 * LIMIT; round++) {
  const digest = cas.put('blob ' + (round % LIMIT));
  const path = cas.fileOf(digest, round % 2 === 0);
  if (!path) throw new Error('lost ' + round);
  fs.link(path, process.argv[3] + '-' + env.pid + '-' + round);
  actions.put(digest, { exitCode: 0, outputRoot: digest, stdout: digest, execution });
  if (!actions.get(digest)) throw new Error('no result ' + round);
}
`;

it('two processes write the same content at once, and link it', async () => {
  const { fs, clock, env, processes } = realHost();
  const folder = nodeFs.mkdtempSync(`${tmpdir()}/mobileops-two-`);
  try {
    const url = (path: string): string => pathToFileURL(`${import.meta.dirname}/${path}`).href;
    const modules = [url('../host/index.ts'), url('disk-store.ts')];
    const argv = [env.nodePath, '--input-type=module', '-e', WRITER, ...modules, `${folder}/store`];
    const runs = await Promise.all([1, 2].map(() => processes.run(argv, { env: {} })));
    for (const { code, stderr } of runs) assert.equal(code, 0, Buffer.from(stderr).toString());
    const store = openDiskStore({ fs, clock, env, root: `${folder}/store` });
    const report = store.verify();
    assert.deepEqual(report.damaged, []);
    assert.deepEqual([report.checkedBlobs, report.checkedActions], [600, 400]);
    assert.deepEqual(fs.readDirectory(`${folder}/store/tmp`), []);
  } finally {
    fs.remove(folder);
  }
});

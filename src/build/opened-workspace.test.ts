import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeClock, FakeProcesses, fakeEnv, MemoryFileSystem, noHttp } from '../host/testing.ts';
import type { SourceView } from '../rules/index.ts';
import { snapshotSources } from '../workspace/index.ts';
import { SourceChanged, sourceViews } from './opened-workspace.ts';

const ROOT = '/ws';

/** The folder `a` as it was, on a disk that can be changed. */
async function viewed(): Promise<{ fs: MemoryFileSystem; a: SourceView }> {
  const fs = new MemoryFileSystem();
  fs.makeDirectory(`${ROOT}/a/dist`);
  fs.writeFile(`${ROOT}/a/build.sh`, 'one');
  fs.writeFile(`${ROOT}/a/large`, 'x'.repeat(2 ** 20 + 1));
  fs.writeFile(`${ROOT}/a/dist/made`, 'made');
  fs.symlink('build.sh', `${ROOT}/a/link`);
  const processes = new FakeProcesses();
  const { value } = await snapshotSources({ fs, processes, variables: {}, root: ROOT });
  const host = { fs, processes, clock: new FakeClock(), env: fakeEnv(), http: noHttp };
  return { fs, a: sourceViews(host, ROOT, value)('a') };
}

describe('the text of a source', () => {
  it('is what was hashed', async () => {
    const { a } = await viewed();
    assert.equal(a.readText('build.sh'), 'one');
  });
  it('is given of sources alone, and of no large ones', async () => {
    const { fs, a } = await viewed();
    fs.writeFile(`${ROOT}/a/new`, 'new');
    for (const path of ['new', 'dist/made', 'dist', 'link', 'large', 'nothing', '../../etc/passwd'])
      assert.equal(a.readText(path), undefined, path);
  });
  it('is not given once it is another, or gone', async () => {
    const { fs, a } = await viewed();
    const check = (): void =>
      assert.throws(
        () => a.readText('build.sh'),
        (error) => error instanceof SourceChanged && error.path === 'a/build.sh',
      );
    fs.writeFile(`${ROOT}/a/build.sh`, 'two');
    check();
    fs.unlink(`${ROOT}/a/build.sh`);
    check();
  });
});

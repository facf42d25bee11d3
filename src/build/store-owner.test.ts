import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeClock, FakeProcesses, fakeEnv, MemoryFileSystem, noHttp } from '../host/testing.ts';
import { storeWarnings } from './store-owner.ts';

const STORE = '/cache/mobileops';

function check(expected: readonly string[], change: (fs: MemoryFileSystem) => void, userId = 1000): void {
  const fs = new MemoryFileSystem();
  change(fs);
  const env = fakeEnv({ userId, variables: { MOBILEOPS_CACHE: STORE } });
  const warnings = storeWarnings({
    fs,
    env,
    processes: new FakeProcesses(),
    clock: new FakeClock(),
    http: noHttp,
  });
  assert.deepEqual(
    warnings.map(({ path, message, severity }) => `${severity} ${path}: ${message}`),
    expected,
  );
}

const store = (fs: MemoryFileSystem): void => fs.makeDirectory(`${STORE}/ac`, 0o755);
const OPEN = 'this folder of the store can be written to by every user, who could put wrong results there';
const STRANGE = 'this folder of the store belongs to another user, who could put wrong results there';

describe('storeWarnings', () => {
  it('says nothing of a store of our own, of root’s, or of none', () => {
    check([], () => {});
    check([], store);
    check([], (fs) => {
      fs.uid = 0;
      store(fs);
    });
    check([], (fs) => {
      fs.makeDirectory(STORE, 0o775);
    });
  });
  it('warns once where every user may write', () => {
    check([`warning ${STORE}: ${OPEN}`], (fs) => {
      store(fs);
      fs.chmod(STORE, 0o1777);
      fs.chmod(`${STORE}/ac`, 0o777);
    });
    check([`warning ${STORE}/ac: ${OPEN}`], (fs) => {
      store(fs);
      fs.chmod(`${STORE}/ac`, 0o777);
    });
  });
  it('warns of a stranger’s, also behind a link, and also root', () => {
    check([`warning ${STORE}: ${STRANGE}`], store, 1001);
    check([`warning ${STORE}: ${STRANGE}`], store, 0);
    const link = (fs: MemoryFileSystem): void => {
      fs.makeDirectory('/else/ac');
      fs.makeDirectory('/cache');
      fs.symlink('/else', STORE);
    };
    check([], link);
    check([`warning /else: ${STRANGE}`], link, 1001);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Classpath } from '../config/index.ts';
import {
  type Lockfile,
  lockedDigests,
  missingFiles,
  packagePlace,
  packageProblems,
  type TargetNeeds,
} from './index.ts';
import { CACHE, fakeWorld } from './testing.ts';

const hash = (letter: string): string => letter.repeat(64);
const library = (letter: string, ...classpaths: Classpath[]): Lockfile['maven'][string]['files'][number] => ({
  ...{ name: `g:${letter}`, version: '1', file: `${letter}.jar`, sha256: hash(letter), sizeBytes: 1 },
  type: 'jar',
  classpaths,
});

const LOCK: Lockfile = {
  version: 2,
  tools: {},
  python: {
    'app:x': {
      from: {},
      run: [{ name: 'run', version: '1' }],
      dev: [
        { name: 'dev', version: '1' },
        { name: 'nowhere', version: '1' },
      ],
    },
  },
  wheels: {
    'run==1': { 'run-1-py3-none-any.whl': `${hash('a')} 1` },
    'dev==1': { 'dev-1-py3-none-any.whl': `${hash('b')} 1` },
  },
  node: {},
  maven: {
    'app:x': {
      from: {},
      files: [
        library('c', 'compile', 'testCompile'),
        library('d', 'testCompile', 'testRuntime'),
        library('e', 'compile:feature', 'testRuntime'),
        library('f', 'androidTestRuntime', 'androidTestCompile'),
      ],
    },
  },
};

const NEEDS: TargetNeeds = { label: 'app:x', python: { requirements: [] }, maven: [], tools: [] };

test('a build misses nothing that only tests take', async () => {
  const { host, cas } = fakeWorld({}, {});
  const place = await packagePlace({ host, cacheDirectory: CACHE, lock: LOCK });
  const check = (needs: TargetNeeds, letters: string, problems: number): void => {
    const known = { lock: LOCK, needs: [needs], place };
    const wanted = lockedDigests(known).map((digest) => digest.hash[0]);
    assert.equal(wanted.sort().join(''), letters);
    assert.equal(missingFiles({ ...known, cas }).files, letters.length);
    assert.equal(packageProblems(LOCK, needs, place).length, problems);
  };
  check(NEEDS, 'abcdef', 1);
  check({ ...NEEDS, isBuildOnly: true }, 'ace', 0);
});

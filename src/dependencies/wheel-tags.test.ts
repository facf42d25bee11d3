import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestWheel, isSupportedWheel, type WheelPlace } from './wheel-tags.ts';

const X64: WheelPlace = {
  platform: { os: 'linux', cpu: 'x64', libc: 'glibc' },
  python: '3.12',
  systemVersion: [2, 31],
};
const ARM64: WheelPlace = { ...X64, platform: { os: 'linux', cpu: 'arm64', libc: 'glibc' } };
const MUSL: WheelPlace = {
  platform: { os: 'linux', cpu: 'x64', libc: 'musl' },
  python: '3.12',
  systemVersion: [1, 2],
};
const MAC: WheelPlace = { platform: { os: 'darwin', cpu: 'arm64' }, python: '3.12', systemVersion: [13, 5] };

interface Case {
  readonly place?: WheelPlace;
  /** Tags; the first is the one that is taken. */
  readonly wheels: readonly string[];
}

const BEST: Readonly<Record<string, Case>> = {
  'its own ABI before all': {
    wheels: [
      'cp312-cp312-manylinux_2_17_x86_64',
      'cp312-abi3-manylinux_2_17_x86_64',
      'cp312-none-any',
      'py3-none-any',
    ],
  },
  'not that of another Python': {
    wheels: ['py3-none-any', 'cp311-cp311-manylinux_2_17_x86_64', 'cp313-cp313-manylinux_2_17_x86_64'],
  },
  'not a free-threaded one': { wheels: ['py3-none-any', 'cp312-cp312t-manylinux_2_17_x86_64'] },
  'the newest stable ABI that is not too new': {
    wheels: [
      'cp311-abi3-manylinux_2_17_x86_64',
      'cp39-abi3-manylinux_2_28_x86_64',
      'cp313-abi3-manylinux_2_17_x86_64',
    ],
  },
  'the newest platform that the C library has': {
    wheels: [
      'cp312-cp312-manylinux_2_28_x86_64',
      'cp312-cp312-manylinux2014_x86_64',
      'cp312-cp312-manylinux_2_34_x86_64',
    ],
  },
  'one of several platforms in a name': {
    wheels: [
      'cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64',
      'cp312-cp312-manylinux_2_12_x86_64.manylinux2010_x86_64',
    ],
  },
  'native without ABI before pure': { wheels: ['py2.py3-none-manylinux1_x86_64', 'py2.py3-none-any'] },
  'the one for this Python before the one for all': {
    wheels: ['py312-none-any', 'py3-none-any', 'py38-none-any'],
  },
  'a higher build': { wheels: ['2-py3-none-any', '1-py3-none-any', 'py3-none-any'] },
  'the processor': {
    place: ARM64,
    wheels: ['cp312-cp312-manylinux_2_17_aarch64', 'cp312-cp312-manylinux_2_17_x86_64'],
  },
  musl: { place: MUSL, wheels: ['cp312-cp312-musllinux_1_2_x86_64', 'cp312-cp312-manylinux_2_17_x86_64'] },
  'musl in one name with glibc': {
    place: MUSL,
    wheels: ['py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64'],
  },
  'macOS that is not newer': {
    place: MAC,
    wheels: [
      'cp312-cp312-macosx_11_0_arm64',
      'cp312-cp312-macosx_14_0_arm64',
      'cp312-cp312-macosx_11_0_x86_64',
    ],
  },
  'macOS for both processors': {
    place: MAC,
    wheels: ['cp312-cp312-macosx_10_13_universal2', 'py3-none-any'],
  },
  'an unknown C library refuses nothing': {
    place: { platform: X64.platform, python: '3.12' },
    wheels: ['cp312-cp312-manylinux_2_39_x86_64', 'cp312-cp312-manylinux_2_28_x86_64'],
  },
};

for (const [name, { place = X64, wheels }] of Object.entries(BEST)) {
  test(`of several wheels the best is taken: ${name}`, () => {
    const files = wheels.map((tags) => `a-1-${tags}.whl`);
    assert.equal(bestWheel([...files].reverse(), place), files[0]);
  });
}

const SUPPORTED: Readonly<Record<string, boolean>> = {
  'a-1-py3-none-any.whl': true,
  'a-1-cp314-cp314-musllinux_1_2_aarch64.whl': true,
  'a-1-cp311-cp311-macosx_11_0_arm64.whl': true,
  'a-1-cp38-abi3-manylinux_2_17_x86_64.whl': true,
  'a-1-cp310-cp310-manylinux_2_17_x86_64.whl': false,
  'a-1-cp313-cp313t-manylinux_2_17_x86_64.whl': false,
  'a-1-cp312-cp312-win_amd64.whl': false,
  'a-1-cp312-cp312-macosx_10_9_x86_64.whl': false,
  'a-1-pp311-pypy311_pp73-manylinux_2_17_x86_64.whl': false,
  'a-1-py2-none-any.whl': false,
  'a-1.tar.gz': false,
};

for (const [file, expected] of Object.entries(SUPPORTED)) {
  test(`${file} is ${expected ? '' : 'not '}worth locking`, () =>
    assert.equal(isSupportedWheel(file), expected));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_TREE } from '../action/index.ts';
import { archiveMounts, javaCommand, javacCommand } from './android-tools.ts';
import type { Toolchain } from './rule.ts';

const JAVA: Toolchain = {
  ...{ name: 'java', version: '17', mounts: [], path: [], env: {} },
  files: { home: '/jdk' },
};
const AT = '/tools/class-archives/r8';
const R8: Toolchain = {
  ...{ name: 'r8', version: '9', mounts: [], path: [], env: {}, files: {} },
  classArchive: {
    file: `${AT}/classes.jsa`,
    mount: { at: AT, tree: { kind: 'tree', tree: EMPTY_TREE }, access: 'read-only' },
  },
};

test('a program whose classes are archived is given the archive, and no other is', () => {
  const flag = `-XX:SharedArchiveFile=${AT}/classes.jsa`;
  assert.deepEqual(javaCommand(JAVA, 64, R8), [...javaCommand(JAVA, 64), flag]);
  assert.deepEqual(javacCommand(JAVA, 64, R8), [...javacCommand(JAVA, 64), `-J${flag}`]);
  assert.deepEqual(javaCommand(JAVA, 64, JAVA), javaCommand(JAVA, 64));
  assert.deepEqual(archiveMounts(R8), [R8.classArchive!.mount]);
  assert.deepEqual(archiveMounts(JAVA), []);
});

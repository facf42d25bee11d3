import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtHome, programMachine } from './program-machine.ts';

/** The first bytes of an ELF file. */
function header({ kind = 2, machine = 62, isLittle = true, length = 64 }): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, isLittle ? 1 : 2, 1]);
  const view = new DataView(bytes.buffer);
  if (length >= 20) {
    view.setUint16(16, kind, isLittle);
    view.setUint16(18, machine, isLittle);
  }
  return bytes;
}

const CASES: readonly (readonly [string, Uint8Array, string | undefined])[] = [
  ['a program', header({}), 'amd64'],
  ['a shared object', header({ kind: 3, machine: 183 }), 'arm64'],
  ['the other byte order', header({ machine: 22, isLittle: false }), 's390x'],
  ['what a linker still takes apart', header({ kind: 1 }), undefined],
  ['a core', header({ kind: 4 }), undefined],
  ['a program of a graphics card', header({ machine: 190 }), undefined],
  ['no more than the header', header({ length: 20 }), 'amd64'],
  ['less', header({ length: 19 }), undefined],
  ['a script', Buffer.from('#!/bin/sh\necho a long enough text\n'), undefined],
  ['nothing', new Uint8Array(0), undefined],
];

for (const [name, bytes, expected] of CASES)
  test(`the machine of ${name}`, () => {
    assert.equal(programMachine(bytes), expected);
    // Also where the bytes are a part of others.
    const padded = Buffer.concat([Buffer.alloc(3), bytes]);
    assert.equal(programMachine(padded.subarray(3)), expected);
  });

test('which programs have a place in which image', () => {
  const homes = ['amd64', '386', 'arm64', 'arm'].map((machine) =>
    ['amd64', 'arm64', '386'].filter((architecture) => isAtHome(machine, architecture)),
  );
  assert.deepEqual(homes, [['amd64'], ['amd64', '386'], ['arm64'], ['arm64']]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import { foreignMachine } from './foreign-machine.ts';

const FOLDER = '/proc/sys/fs/binfmt_misc';
/** As the kernel shows a handler of Debian's. */
const AARCH64 = `enabled
interpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P
flags: POCF
offset 0
magic 7f454c460201010000000000000000000200b700
mask ffffffffffffff00fffffffffffffffffeffffff
`;

function check(
  [architecture, own]: readonly [string, string],
  handlers: Readonly<Record<string, string>>,
  canRun: boolean,
): void {
  const fs = new MemoryFileSystem();
  fs.makeDirectory(FOLDER);
  for (const [name, text] of Object.entries({ register: '', status: 'enabled\n', ...handlers }))
    fs.writeFile(`${FOLDER}/${name}`, text);
  const refused = foreignMachine(fs, architecture, own);
  assert.equal(refused === undefined, canRun);
  if (refused) assert.match(refused.message, new RegExp(`is for ${architecture}.*${own}.*binfmt_misc`));
}

test('an image for the machine, or for what its processors run too', () => {
  check(['amd64', 'amd64'], {}, true);
  check(['386', 'amd64'], {}, true);
  check(['arm', 'arm64'], {}, true);
  check(['amd64', '386'], {}, false);
});

test('a foreign one needs a handler that takes its programs, whatever it is called', () => {
  check(['arm64', 'amd64'], { 'qemu-aarch64': AARCH64 }, true);
  check(['arm64', 'amd64'], { other: AARCH64 }, true);
  check(['arm', 'amd64'], { 'qemu-aarch64': AARCH64 }, false);
  check(['s390x', 'amd64'], { 'qemu-aarch64': AARCH64 }, false);
  check(['arm64', 'amd64'], {}, false);
  check(['unheard-of', 'amd64'], { 'qemu-aarch64': AARCH64 }, false);
});

test('a handler that is off, by name, or whose interpreter the image would have to have, does not count', () => {
  check(['arm64', 'amd64'], { a: AARCH64.replace('enabled', 'disabled') }, false);
  check(['arm64', 'amd64'], { a: AARCH64.replace('POCF', 'POC') }, false);
  check(['arm64', 'amd64'], { a: 'enabled\ninterpreter /usr/bin/jexec\nflags: F\nextension .jar\n' }, false);
});

test('a machine without binfmt_misc has none', () => {
  assert.ok(foreignMachine(new MemoryFileSystem(), 'arm64', 'amd64'));
});

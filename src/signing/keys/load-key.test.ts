/** A key's file that is not there, that this user may not see, and that they may not read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../../host/testing.ts';
import { hasDefaultKey } from '../open-signer.ts';
import { fixture } from '../testing.ts';
import { keyPlace } from './key-place.ts';
import { loadKey } from './load-key.ts';

const FOLDER = '/etc/ssl/private';
const KEY = `${FOLDER}/mobileops-signing.key`;

/** As an ordinary user finds the folder of private keys: each look at what is in it is refused. */
function closedDisk(): MemoryFileSystem {
  const fs = diskWithKey();
  for (const operation of ['lstat', 'realPath', 'readFile'] as const)
    fs.addFault({ operation, path: /^\/etc\/ssl\/private\//, code: 'EACCES' });
  return fs;
}

function diskWithKey(): MemoryFileSystem {
  const fs = new MemoryFileSystem();
  fs.makeDirectory(FOLDER);
  fs.writeFile(KEY, fixture('cosign-ec.key'), 0o600);
  return fs;
}

function unreadableDisk(): MemoryFileSystem {
  const fs = diskWithKey();
  fs.addFault({ operation: 'readFile', path: /signing\.key$/, code: 'EACCES' });
  return fs;
}

function linkedDisk(): MemoryFileSystem {
  const fs = diskWithKey();
  fs.rename(KEY, '/key');
  fs.symlink('/key', KEY);
  return fs;
}

function folderDisk(): MemoryFileSystem {
  const fs = new MemoryFileSystem();
  fs.makeDirectory(KEY);
  return fs;
}

const CASES = [
  ['there', diskWithKey(), 'there', 'private', true],
  ['there by a link', linkedDisk(), 'there', 'private', true],
  ['absent', new MemoryFileSystem(), 'absent', 'there is no key, which SIGNING_KEY asks for', false],
  [
    'in a folder that is closed to this user',
    closedDisk(),
    'closed',
    'this user may not look into the folder of the key, which SIGNING_KEY asks for',
    false,
  ],
  ['closed to this user itself', unreadableDisk(), 'there', 'this user may not read the key', true],
  ['a folder', folderDisk(), 'there', 'this is no key, or a damaged one', false],
] as const;

for (const [name, fs, place, says, isDefault] of CASES) {
  test(`the file of a key: ${name}`, () => {
    assert.equal(keyPlace(fs, KEY).kind, place);
    const loaded = loadKey(fs, KEY, 'SIGNING_KEY');
    assert.equal(loaded.ok ? loaded.value.kind : loaded.failure.message, says);
    assert.equal(hasDefaultKey(fs), isDefault);
  });
}

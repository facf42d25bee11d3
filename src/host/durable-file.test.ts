/** What is written durably is old or new, whatever happens on the way. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eachPart, writeDurably } from './durable-file.ts';
import { realFileSystem } from './real-file-system.ts';
import { CrashError, MemoryFileSystem } from './testing.ts';

test('a crash at any change leaves the old content or the new one', () => {
  for (let count = 0; count < 8; count++) {
    const fs = new MemoryFileSystem();
    fs.makeDirectory('/a');
    writeDurably(fs, '/a/file', 'old');
    fs.crashAfter(count);
    try {
      writeDurably(fs, '/a/file', 'new');
    } catch (error) {
      assert.ok(error instanceof CrashError);
    }
    fs.restart();
    assert.match(fs.readText('/a/file'), /^(old|new)$/);
    writeDurably(fs, '/a/file', 'next');
    assert.deepEqual(
      fs.readDirectory('/a').map(({ name }) => name),
      ['file'],
    );
  }
});

test('a full disk leaves the old content and nothing beside it', () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/a');
  writeDurably(fs, '/a/file', 'old');
  fs.addFault({ operation: 'sync', code: 'ENOSPC' });
  assert.throws(() => writeDurably(fs, '/a/file', 'new'), { code: 'ENOSPC' });
  assert.equal(fs.readText('/a/file'), 'old');
  assert.equal(fs.readDirectory('/a').length, 1);
});

test('on a real disk, with its mode, and read again in parts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-durable-'));
  try {
    const path = join(folder, 'file');
    const content = Buffer.alloc(3 * 2 ** 20 + 5, 'x');
    writeDurably(realFileSystem, path, content, 0o600);
    assert.deepEqual(readdirSync(folder), ['file']);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const parts: Buffer[] = [];
    eachPart(realFileSystem, path, (part) => parts.push(Buffer.from(part)));
    assert.ok(Buffer.concat(parts).equals(readFileSync(path)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

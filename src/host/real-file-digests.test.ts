import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { realFileDigests } from './real-file-digests.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('files that grow are hashed as they lie there, several at once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-digests-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const digests = realFileDigests();
  const whole = randomBytes(12_000_000);
  const follow = async (name: string, sizes: readonly number[]): Promise<string> => {
    const path = join(folder, name);
    writeFileSync(path, '');
    using file = digests.follow(path);
    let at = 0;
    for (const size of sizes) {
      appendFileSync(path, whole.subarray(at, at + size));
      at += size;
      file.grow(at);
      await new Promise((done) => setImmediate(done));
    }
    return file.finish(at);
  };
  const cases = [[], [1], [5_000_000, 5_000_000, 1], Array.from({ length: 100 }, () => 70_001)];
  const found = await Promise.all(cases.map((sizes, at) => follow(String(at), sizes)));
  const sizes = cases.map((each) => each.reduce((sum, size) => sum + size, 0));
  assert.deepEqual(
    found,
    sizes.map((size) => hashOf(whole.subarray(0, size))),
  );
});

test('a file that is not there, and one that became shorter, have no hash', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-digests-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const digests = realFileDigests();
  using absent = digests.follow(join(folder, 'absent'));
  await assert.rejects(absent.finish(1), /ENOENT/);
  const path = join(folder, 'short');
  writeFileSync(path, 'abc');
  using short = digests.follow(path);
  truncateSync(path, 1);
  await assert.rejects(short.finish(3), /ended at 1/);
});

test('a thread that nobody waits for lets the process end', () => {
  const module = JSON.stringify(join(import.meta.dirname, 'real-file-digests.ts'));
  const program = `import { realFileDigests } from ${module};
    realFileDigests().follow('/dev/null').grow(2 ** 23);`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 120_000 });
});

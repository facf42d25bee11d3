import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { trackedNames } from './git-index.ts';

let folder = '';
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
  });
const indexBytes = (): Buffer => readFileSync(join(folder, '.git/index'));
const now = (): string | undefined => trackedNames(indexBytes());

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('trackedNames', () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mobileops-git-index-'));
    git('init', '-q');
    for (const name of ['a', 'b/c', `deep/${'n'.repeat(200)}`, 'x/yyyyyyy', 'x/yyyyyyyy', 'ünï'])
      write(name, name);
    git('add', '-A');
    git('commit', '-q', '-m', 'first');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('stays the same when git refreshes stats, and when content or the commit changes', () => {
    const names = now();
    assert.match(names!, /^[0-9a-f]{64}$/);
    const bytes = indexBytes();
    utimesSync(join(folder, 'a'), 1, 1);
    git('status');
    assert.notDeepEqual(indexBytes(), bytes);
    assert.equal(now(), names);
    write('a', 'other content');
    git('commit', '-qam', 'second');
    assert.equal(now(), names);
  });

  it('changes with a name or a mode', () => {
    const seen = new Set([now()]);
    const changes = [
      () => {
        write('new', '');
        git('add', 'new');
      },
      () => git('mv', 'new', 'newer'),
      () => git('update-index', '--chmod=+x', 'newer'),
      () => git('rm', '-q', '-f', '--cached', 'newer'),
    ];
    for (const change of changes) {
      change();
      seen.add(now());
    }
    // The last one is the first again.
    assert.equal(seen.size, changes.length);
  });

  it('reads version 3', () => {
    const names = now();
    git('add', '--intent-to-add', 'newer');
    assert.equal(indexBytes().readUInt32BE(4), 3);
    assert.notEqual(now(), names);
    assert.ok(now());
    git('rm', '-q', '-f', '--cached', 'newer');
  });

  it('does not know version 4, a split index or another format', () => {
    git('update-index', '--index-version', '4');
    assert.equal(now(), undefined);
    git('update-index', '--index-version', '2');
    git('update-index', '--split-index');
    assert.equal(now(), undefined);
    git('update-index', '--no-split-index');
    assert.ok(now());
    assert.equal(trackedNames(Buffer.from('no index')), undefined);
  });

  it('never throws, whatever the bytes', () => {
    const good = indexBytes();
    const damaged = fc.tuple(fc.nat(good.byteLength - 1), fc.nat(255), fc.nat(good.byteLength));
    fc.assert(
      fc.property(damaged, ([at, byte, length]) => {
        const bytes = Buffer.from(good.subarray(0, length));
        if (at < length) bytes[at] = byte;
        trackedNames(bytes);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void trackedNames(bytes)));
  });
});

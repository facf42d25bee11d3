/** What a person sees when the lock is stale or the machine lacks something, through the real command line. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const GOLDEN = join(import.meta.dirname, 'golden', 'machine');

interface Run {
  readonly argv: readonly string[];
  /** Changes the copy of the example. */
  readonly change: (read: (path: string) => string, write: (path: string, text: string) => void) => void;
  readonly exitCode: number;
}

const RUNS: Readonly<Record<string, Run>> = {
  'stale-lock': {
    argv: ['validate'],
    change: (read, write) => {
      const path = 'components/ai-core/build.yaml';
      write(path, read(path).replace(/numpy[^\n]*/, 'numpy>=2.1.0'));
    },
    exitCode: 2,
  },
  'damaged-lock': {
    argv: ['build', 'ai-core'],
    change: (read, write) =>
      write('mobileops.lock', read('mobileops.lock').replace('"sha256": "', '"sha256": "0')),
    exitCode: 2,
  },
  'missing-system-tool': {
    argv: ['build', 'telemetry-schema'],
    change: (read, write) =>
      write('build-config.yaml', read('build-config.yaml').replace('- gcc', '- no-such-package')),
    exitCode: 3,
  },
};

for (const [name, { argv, change, exitCode }] of Object.entries(RUNS)) {
  test(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'mobileops-golden-'));
    try {
      const workspace = join(folder, 'platform');
      cpSync(join(ROOT, 'examples', 'platform'), workspace, {
        recursive: true,
        filter: (path) => !/\/(node_modules|dist|build-cache)$/.test(path),
      });
      change(
        (path) => readFileSync(join(workspace, path), 'utf8'),
        (path, text) => writeFileSync(join(workspace, path), text),
      );
      const env = { ...process.env, MOBILEOPS_CACHE: join(folder, 'cache'), NO_COLOR: '1' };
      const args = [join(ROOT, 'src', 'main.ts'), ...argv, '-C', workspace];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
      const text = `${stdout}${stderr}`.replaceAll(folder, '').replace(/\b\d+(\.\d+)?m?s\b/g, 'TIME');
      const file = join(GOLDEN, `${name}.txt`);
      if (process.env.UPDATE_GOLDEN === '1' && !process.env.CI) writeFileSync(file, text);
      assert.equal(text, existsSync(file) ? readFileSync(file, 'utf8') : '');
      assert.equal(status, exitCode);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** The whole way, on a clean clone of what was committed, in .ci/full; `node test/platform/journey.ts` goes it alone.
 * MOBILEOPS_TEST_TOOLS names a folder with crane and cosign, where they are not in the PATH. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { isLong } from '../long.ts';

const LIMIT_MS = 45 * 60_000;

if (isLong) {
  test('from a clone to a release that is published, installed, verified, shown and rolled back', async (t) => {
    // What was fetched before for the tests is not fetched again.
    const { MOBILEOPS_TEST_CACHE: cache, MOBILEOPS_TEST_TOOLS: tools, ...env } = process.env;
    const words = [
      join(import.meta.dirname, 'journey.ts'),
      ...(cache === undefined ? [] : ['--cache', cache]),
      ...(tools === undefined ? [] : ['--tools', tools]),
    ];
    const child = spawn(process.execPath, words, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [said, problems, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    assert.equal(code, 0, `${said}${problems}`);
    const notRun = new Set(said.split('\n').filter((line) => line.startsWith('not run: ')));
    for (const line of notRun) await t.test(line, (each) => each.skip(line));
    assert.match(said, /^the journey is complete$/m);
  });
}

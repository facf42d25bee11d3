/** The whole way, on a clean clone of what was committed, in .ci/full; `node test/platform/journey.ts` goes it alone.
 * crane and cosign are built by Go for it, or lie in the folder that MOBILEOPS_TEST_TOOLS names. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { COSIGN, CRANE, installGoPrograms } from '../../bench/images/peers.ts';
import { isLong } from '../long.ts';

const LIMIT_MS = 60 * 60_000;

if (isLong) {
  test('from a clone to a release that is published, installed, verified, shown and rolled back', async (t) => {
    // What was fetched before for the tests is not fetched again.
    const { MOBILEOPS_TEST_CACHE: cache, MOBILEOPS_TEST_TOOLS: given, ...env } = process.env;
    const words = [
      join(import.meta.dirname, 'journey.ts'),
      ...(cache === undefined ? [] : ['--cache', cache]),
      ...['--tools', given ?? installGoPrograms([CRANE, COSIGN])],
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

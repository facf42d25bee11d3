import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { signToken, verifyToken } from '../../dist/security/index.js';

/** Reports the time of one verification; the build's quality settings judge the figure. */
test('verifying a token', (t) => {
  const key = new Uint8Array(32).fill(1);
  const token = signToken({ subject: 'probe', scopes: ['a'], expiresAt: 10 }, key);
  const times = Array.from({ length: 2000 }, () => {
    const start = performance.now();
    assert.equal(verifyToken(token, key, { now: 1, scope: 'a' }).ok, true);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  t.diagnostic(`response_time_p95_ms=${times[Math.floor(times.length * 0.95)]?.toFixed(4)}`);
});

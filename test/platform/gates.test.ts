/**
 * The gates on the reference platform itself, in .ci/full: green as it is, and red for a fault in one component, which stops its
 * release. Most of its time is the first build of everything, then the load of the service, which is never taken from the cache.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isLong } from '../long.ts';
import { commitAll, copyPlatform } from './platform.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

interface Line {
  readonly gate: string;
  readonly subject: string;
  readonly status: string;
}

/** Errors to ruff, which no test runs and nothing imports. */
const FAULT = Array.from({ length: 6 }, (_, at) => `def planted_${at}():\n    return missing_${at}\n`).join(
  '\n\n',
);

if (isLong)
  test('the reference platform passes every gate, and a fault in a component stops its release', (t) => {
    const base = mkdtempSync(join(tmpdir(), 'mobileops-gates-'));
    t.after(() => rmSync(base, { recursive: true, force: true }));
    const root = join(base, 'platform');
    copyPlatform(root);
    const run = (...words: string[]) => {
      const { BUILD_ID: _id, BUILD_VERSION: _version, SONAR_HOST_URL: _sonar, ...env } = process.env;
      const began = performance.now();
      const done = spawnSync(process.execPath, [MAIN, ...words], {
        cwd: root,
        env: { ...env, MOBILEOPS_CACHE: env.MOBILEOPS_TEST_CACHE ?? join(base, 'cache') },
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      });
      t.diagnostic(`${words.join(' ')}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
      return done;
    };
    const check = () => {
      const { status: code, stdout, stderr } = run('check', '--json');
      const { lines = [] } = JSON.parse(stdout || '{}') as { readonly lines?: readonly Line[] };
      assert.ok(lines.length > 0, stderr);
      const named = (statuses: readonly string[]) =>
        lines
          .filter(({ status }) => statuses.includes(status))
          .map(({ status, gate, subject }) => `${status} ${gate} ${subject}`);
      return { code, red: named(['failed', 'not-measured']), off: named(['off']), lines };
    };

    const good = check();
    assert.deepEqual([good.code, good.red, good.off], [0, [], []]);
    const gates = ['tests', 'codeQuality', 'testCoverage', 'securityScan', 'performanceTest', 'licences'];
    assert.deepEqual([...new Set(good.lines.map(({ gate }) => gate))], gates);

    writeFileSync(join(root, 'components/ai-core/tests/unit/planted.py'), FAULT);
    const unknown = run('release', 'v1.0.0');
    assert.match(unknown.stderr, /error\[cli\/dirty-tree\]/);
    commitAll(root, 'fix: plant a fault');
    const stale = run('release', 'v1.0.0');
    assert.deepEqual([stale.status, /error\[([^\]]+)\]/.exec(stale.stderr)?.[1]], [2, 'release/stale-check']);
    const bad = check();
    assert.deepEqual([bad.code, bad.red], [1, ['failed codeQuality component:ai-core']]);
    const refused = run('release', 'v1.0.0');
    assert.equal(refused.status, 2);
    assert.match(
      refused.stderr,
      /error\[release\/red-gate\] the gate code-quality is red: component:ai-core/,
    );
  });

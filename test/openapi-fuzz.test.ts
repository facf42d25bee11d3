/**
 * schemathesis against our own OpenAPI document: no answer is a fault of ours, and each is what the document says. In .ci/full, since
 * it takes minutes. A revoked token would end it, so that one operation is left out.
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTestServer } from '../src/server/testing.ts';
import { isLong } from './long.ts';

const VERSION = '4.32.5';
const CHECKS =
  'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';

/** Installed once, by the machine's own pip. */
function program(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'mobileops-bench', `schemathesis-${VERSION}`);
  const path = join(folder, 'bin/schemathesis');
  if (existsSync(path)) return path;
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' });
  execFileSync(join(folder, 'bin/pip'), ['install', '-q', `schemathesis==${VERSION}`], { stdio: 'pipe' });
  return path;
}

if (isLong)
  test('no request that the document allows, or forbids, is answered by a fault', async (t) => {
    const faults: object[] = [];
    const { url, tokens, folder } = await startTestServer(t, {
      events: (type, payload) => type === 'server.fault' && faults.push(payload),
    });
    const words = [
      ...['run', `${url}/openapi.json`, '-H', `Authorization: Bearer ${tokens.admin}`, '--checks', CHECKS],
      ...['--max-examples', '40', '--phases', 'coverage,fuzzing', '--exclude-path', '/api/tokens/{id}'],
      ...['--suppress-health-check', 'all', '--no-color'],
    ];
    const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
      const options = { cwd: folder, maxBuffer: 2 ** 28, timeout: 1_200_000 };
      execFile(program(), words, options, (error, stdout) =>
        resolve({ code: error?.code ?? 0, text: stdout }),
      );
    });
    assert.deepEqual(faults, []);
    assert.equal(code, 0, text.slice(-5000));
    assert.match(text, /\d{3,} generated, \d{3,} passed/);
  });

/**
 * The conformance program of the OCI distribution specification against our registry, with every test that it has. In .ci/full,
 * since it is built with Go. `UPDATE_GOLDEN=1` writes its summary to docs/registry-conformance.md.
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProgram } from '../bench/images/tool-environment.ts';
import { startTestServer } from '../src/server/testing.ts';
import { isLong } from './long.ts';

const MODULE = 'github.com/opencontainers/distribution-spec/conformance';
const VERSION = 'v0.0.0-20260831232431-97274622c111';
const PAGE = join(import.meta.dirname, '..', 'docs', 'registry-conformance.md');

/** What is left out unless it is asked for: all of it but manifests whose content was never pushed, which we refuse. */
const ALSO = {
  OCI_API_BLOBS_DIGEST_HEADER: 'true',
  OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
  OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
  OCI_API_MANIFESTS_TAG_PARAM: 'true',
};

function program(): string | undefined {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'mobileops-bench', `distribution-spec-${VERSION}`);
  const path = join(folder, 'conformance');
  if (existsSync(path)) return path;
  const go = findProgram('go', ['/usr/local/go/bin']);
  if (go === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder };
  execFileSync(go, ['install', `${MODULE}@${VERSION}`], { env, stdio: 'pipe' });
  return path;
}

function summary(log: string, junit: string): string {
  const count = (name: string): string => new RegExp(`\\b${name}="(\\d+)"`).exec(junit)?.[1] ?? '?';
  const tables = log.slice(log.indexOf('API conformance')).trim();
  return [
    '# Conformance of the registry',
    '',
    `What \`${MODULE}\``,
    `(${VERSION}) says of \`mobileops serve\`, with every test that it has. Written by`,
    '`MOBILEOPS_LONG=1 UPDATE_GOLDEN=1` and `test/registry-conformance.test.ts`; `.ci/full` compares.',
    '',
    `${count('tests')} tests, ${count('failures')} failed, ${count('errors')} errors, ${count('skipped')} skipped. What is`,
    'skipped are manifests that name content which was never pushed: we refuse those.',
    '',
    `\`\`\`text\n${tables}\n\`\`\``,
    '',
  ].join('\n');
}

if (isLong)
  test('the conformance program of the distribution specification finds no fault', async (t) => {
    const path = program();
    if (path === undefined) return t.skip('go is missing, by which the conformance program is built');
    const { url, tokens, folder } = await startTestServer(t);
    const results = join(folder, 'results');
    const env = {
      ...{ PATH: process.env.PATH, OCI_REGISTRY: url.slice('http://'.length), OCI_TLS: 'disabled' },
      ...{ OCI_USERNAME: 'conformance', OCI_PASSWORD: tokens.admin, OCI_RESULTS_DIR: results, ...ALSO },
    };
    const log = await new Promise<string>((resolve) => {
      const options = { env, cwd: folder, maxBuffer: 2 ** 26 };
      execFile(path, options, (_error, stdout) => resolve(stdout));
    });
    const page = summary(log, readFileSync(join(results, 'junit.xml'), 'utf8'));
    assert.match(page, /\b0 failed, 0 errors\b/, log);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, page);
    assert.equal(page, readFileSync(PAGE, 'utf8'));
  });

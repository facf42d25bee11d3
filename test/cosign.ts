import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Brings cosign to `<folder>/go/bin`, for the long suites: the one that MOBILEOPS_COSIGN names, or one that is built with Go. */
export function makeCosign(folder: string): string {
  const bin = join(folder, 'go/bin');
  const cosign = join(bin, 'cosign');
  const given = process.env.MOBILEOPS_COSIGN;
  mkdirSync(bin, { recursive: true });
  if (given) {
    copyFileSync(given, cosign);
    return cosign;
  }
  const argv = ['install', '-p', '1', 'github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3'];
  const built = spawnSync('go', argv, { env: { ...process.env, GOBIN: bin }, encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  return cosign;
}

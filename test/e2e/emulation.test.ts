/** RUN for another processor, by an emulator that only this test's user namespace knows. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ImageIndex, ImageManifest } from '../../src/oci/index.ts';
import { Rig } from './rig.ts';

const EMULATOR = '/usr/bin/qemu-aarch64-static';
const ROOT = join(import.meta.dirname, 'emulated-root.py');
const SKIP =
  process.getuid?.() !== 0
    ? 'not run: needs root'
    : process.arch !== 'x64'
      ? 'not run: needs an amd64 machine'
      : !existsSync(EMULATOR) && 'not run: qemu-user-static is missing';

/** mkdir("/made", 0755), then exit with what it gave. */
const CODE: Readonly<Record<string, { readonly machine: number; readonly code: string }>> = {
  amd64: { machine: 62, code: 'b853000000488d3d10000000beed0100000f0589c7b83c0000000f05' },
  arm64: { machine: 183, code: '600c8092e1000010a23d80d2480480d2010000d4a80b80d2010000d41f2003d5' },
};

/** A program of one segment. */
function program(architecture: string): Buffer {
  const { machine, code } = CODE[architecture]!;
  const text = Buffer.concat([Buffer.from(code, 'hex'), Buffer.from('/made\0')]);
  const head = Buffer.alloc(120);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const base = 0x400000n;
  const words: readonly (readonly [at: number, bytes: 2 | 4 | 8, value: bigint])[] = [
    [16, 2, 2n],
    [18, 2, BigInt(machine)],
    [20, 4, 1n],
    [24, 8, base + 120n],
    [32, 8, 64n],
    [52, 2, 64n],
    [54, 2, 56n],
    [56, 2, 1n],
    [64, 4, 1n],
    [68, 4, 5n],
    [80, 8, base],
    [88, 8, base],
    [96, 8, BigInt(120 + text.byteLength)],
    [104, 8, BigInt(120 + text.byteLength)],
    [112, 8, 0x10000n],
  ];
  for (const [at, bytes, value] of words) {
    if (bytes === 8) head.writeBigUInt64LE(value, at);
    else head.writeUIntLE(Number(value), at, bytes);
  }
  return Buffer.concat([head, text]);
}

function workspace(): Rig {
  const rig = new Rig();
  rig.write(
    'build-config.yaml',
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: emulated}\nspec:\n  version: 1.0.0\n  buildEnvironment: {architecture: [amd64, arm64]}\n',
  );
  rig.write(
    'docker/Dockerfile.one',
    'FROM scratch\nARG TARGETARCH\nCOPY program-$TARGETARCH /program\nRUN ["/program"]\n',
  );
  rig.write('docker/Dockerfile.two', 'FROM mobileops-one\nCOPY docker/ /docker/\n');
  for (const each of Object.keys(CODE)) {
    writeFileSync(rig.path(`program-${each}`), program(each));
    chmodSync(rig.path(`program-${each}`), 0o755);
  }
  mkdirSync(join(rig.folder, 'around'));
  spawnSync('chown', ['-R', '61234:61234', rig.folder]);
  return rig;
}

/** The output; the test is skipped where this machine has no such namespaces. */
async function build(
  t: TestContext,
  rig: Rig,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const around = ['python3', ROOT, join(rig.folder, 'around')];
  const { code, output } = await rig.run(['build', 'all'], { around, env });
  if (code === 125) t.skip(`not run: ${output.trim()}`);
  else assert.equal(code, 0, output);
  return code === 125 ? undefined : output;
}

/** Platforms of an image, with the names in each one's layers. */
function contentOf(rig: Rig, name: string): Record<string, string[]> {
  const root = rig.path('dist/images', name);
  const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const blob = (digest: string) => join(root, 'blobs/sha256', digest.slice('sha256:'.length));
  const [top] = json('index.json').manifests;
  const index = JSON.parse(readFileSync(blob(top.digest), 'utf8')) as ImageIndex;
  const entries = index.manifests.map(({ platform, digest }) => {
    const { layers } = JSON.parse(readFileSync(blob(digest), 'utf8')) as ImageManifest;
    const names = layers.flatMap((layer) => {
      const { stdout } = spawnSync('tar', ['tzf', blob(layer.digest)], { encoding: 'utf8' });
      return stdout.split('\n').filter((line) => line !== '');
    });
    return [platform!.architecture, names] as const;
  });
  return Object.fromEntries(entries);
}

test('RUN for another processor is run where the kernel knows an emulator, and left out elsewhere', {
  skip: SKIP,
  timeout: 600_000,
}, async (t) => {
  await using rig = workspace();
  const without = await build(t, rig, {});
  if (without === undefined) return;
  assert.match(
    without,
    /note\[build\/not-built\] image:one is not built for linux\/arm64: it runs commands, and this machine runs no programs for arm64\n {2}help: .*qemu-user-static/,
  );
  assert.match(without, /image:two is not built for linux\/arm64: it uses image:one, which is not/);
  assert.deepEqual(contentOf(rig, 'one'), { amd64: ['program', 'made/'] });
  const emulated = await build(t, rig, { EMULATOR });
  assert.doesNotMatch(emulated ?? '', /not built/);
  assert.deepEqual(contentOf(rig, 'one'), { amd64: ['program', 'made/'], arm64: ['program', 'made/'] });
  assert.deepEqual(Object.keys(contentOf(rig, 'two')), ['amd64', 'arm64']);
  // The emulator is registered anew, which could mean another one.
  assert.match((await build(t, rig, { EMULATOR })) ?? '', /: 0 ran/);
  assert.match((await build(t, rig, {})) ?? '', /image:one is not built for linux\/arm64/);
  assert.deepEqual(Object.keys(contentOf(rig, 'two')), ['amd64']);
});

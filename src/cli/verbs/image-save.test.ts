/** Images as one file, by the real program. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../base/index.ts';
import { tarOf } from '../../inspection/testing.ts';
import {
  blobPath,
  CONTAINERD_NAME,
  type Descriptor,
  descriptorOf,
  encodeConfig,
  encodeManifest,
  encodePlatforms,
  MEDIA_TYPES,
  OCI_LAYOUT,
  REF_NAME,
} from '../../oci/index.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const OWN = process.arch === 'arm64' ? 'arm64' : 'amd64';
const OTHER = OWN === 'arm64' ? 'amd64' : 'arm64';
const root = mkdtempSync(join(tmpdir(), 'mobileops-image-save-'));
after(() => rmSync(root, { recursive: true, force: true }));

before(() => {
  write(
    'build-config.yaml',
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n',
  );
  write('docker/Dockerfile.both', 'FROM scratch\n');
  write('docker/Dockerfile.later', 'FROM scratch\n');
  const place = 'dist/images/both';
  const { descriptor, text } = encodePlatforms([OWN, OTHER].map((each) => image(place, each)));
  blob(place, descriptor, text);
  const named = (tag: string) => ({
    ...descriptor,
    annotations: { [CONTAINERD_NAME]: `registry.example/team/both:${tag}`, [REF_NAME]: tag },
  });
  write(
    `${place}/index.json`,
    JSON.stringify({ schemaVersion: 2, manifests: [named('1.0'), named('latest')] }),
  );
  write(`${place}/oci-layout`, OCI_LAYOUT);
});

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function blob(place: string, { digest }: Descriptor, content: string | Uint8Array): void {
  write(`${place}/${blobPath(digest)}`, content);
}

function image(place: string, architecture: string): Descriptor {
  const tar = tarOf([{ name: 'for', content: architecture }]);
  const bytes = gzipSync(tar);
  const layer = descriptorOf(digestOf(bytes), MEDIA_TYPES.layer);
  blob(place, layer, bytes);
  const rootfs = { type: 'layers', diff_ids: [`sha256:${digestOf(tar).hash}`] } as const;
  const config = encodeConfig({ architecture, os: 'linux', rootfs });
  const mediaType = MEDIA_TYPES.manifest;
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType,
    config: config.descriptor,
    layers: [layer],
  });
  for (const { descriptor, text } of [config, manifest]) blob(place, descriptor, text);
  return { ...manifest.descriptor, platform: { architecture, os: 'linux' } };
}

function run(line: string): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'image', 'save', ...line.split(' ')],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: root, MOBILEOPS_CACHE: join(root, 'cache') },
      encoding: 'utf8',
    },
  );
  return { code: status, out: stdout, err: stderr };
}

function skopeo(t: TestContext, ...words: string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync('skopeo', words, { encoding: 'utf8', cwd: root });
  if (error) t.diagnostic('not run: skopeo is missing');
  else assert.equal(status, 0, stderr);
  return error ? undefined : stdout;
}

const NAMES = ['registry.example/team/both:1.0', 'registry.example/team/both:latest'];

test("Docker's archive holds the image of this machine, with all its names", (t) => {
  const { code, out, err } = run('both -o both.tar');
  assert.equal(code, 0, err);
  assert.match(out, new RegExp(`^saved both \\(linux/${OWN}\\) to ${root}/both.tar, .*\n {2}sha256:`));
  for (const name of NAMES) assert.ok(out.includes(`  ${name}\n`), out);
  const listed = spawnSync('tar', ['xOf', join(root, 'both.tar'), 'manifest.json'], { encoding: 'utf8' });
  const [manifest] = JSON.parse(listed.stdout);
  assert.deepEqual(manifest.RepoTags, NAMES);
  const seen = skopeo(t, 'inspect', '--config', `docker-archive:both.tar:${NAMES[1]}`);
  if (seen !== undefined) assert.equal(JSON.parse(seen).architecture, OWN);
});

test('the same image gives the same bytes, and a file that is there is replaced', () => {
  write('again.tar', 'something else');
  for (const file of ['first', 'again']) assert.equal(run(`image:both --output ${file}.tar`).code, 0);
  assert.deepEqual(readFileSync(join(root, 'first.tar')), readFileSync(join(root, 'again.tar')));
});

test('another platform is saved where it is named', (t) => {
  const { code, out, err } = run(`dist/images/both:latest -o other.tar --platform linux/${OTHER} --json`);
  assert.equal(code, 0, err);
  const { platform, names, format } = JSON.parse(out);
  assert.deepEqual([platform, names, format], [`linux/${OTHER}`, [NAMES[1]], 'docker-archive']);
  const seen = skopeo(t, '--override-arch', OTHER, 'inspect', '--config', 'docker-archive:other.tar');
  if (seen !== undefined) assert.equal(JSON.parse(seen).architecture, OTHER);
});

test('an OCI archive holds all platforms, and no document of Docker', (t) => {
  assert.equal(run('both -o all.tar --format oci-archive').code, 0);
  const { stdout } = spawnSync('tar', ['tf', join(root, 'all.tar')], { encoding: 'utf8' });
  assert.doesNotMatch(stdout, /manifest\.json/);
  const seen = skopeo(t, 'inspect', '--raw', 'oci-archive:all.tar:latest');
  if (seen === undefined) return;
  const architectures = JSON.parse(seen).manifests.map((each: Descriptor) => each.platform?.architecture);
  assert.deepEqual(architectures, [OWN, OTHER]);
});

for (const [line, expected] of [
  ['both', /error\[cli\/bad-value\] --output does not say/],
  ['both -o .', /error\[cli\/bad-value\] \. is a folder/],
  ['both -o absent/x.tar', /error\[cli\/bad-value\] there is no folder/],
  ['later -o x.tar', /error\[inspection\/not-built\]/],
  ['nothing -o x.tar', /error\[/],
  ['debian:12 -o x.tar', /is the image of a registry.*\n {2}help: skopeo copy docker:\/\/debian:12/s],
  ['both -o x.tar --platform linux/s390x', /no image is for linux\/s390x/],
  ['build-config.yaml -o x.tar', /is one file already/],
] as const)
  test(`image save ${line} is refused`, () => {
    const { code, out, err } = run(line);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, expected);
  });

test('what is damaged is not saved', () => {
  const listed = JSON.parse(readFileSync(join(root, 'dist/images/both/index.json'), 'utf8'));
  const top = readFileSync(join(root, 'dist/images/both', blobPath(listed.manifests[0].digest)), 'utf8');
  const path = join(root, 'dist/images/both', blobPath(JSON.parse(top).manifests[0].digest));
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const layer = join(root, 'dist/images/both', blobPath(manifest.layers[0].digest));
  const bytes = readFileSync(layer);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(layer, bytes);
  write('kept.tar', 'what was there');
  const { code, err } = run('both -o kept.tar');
  assert.equal(code, 2);
  assert.match(err, /has other bytes than its name says/);
  assert.equal(readFileSync(join(root, 'kept.tar'), 'utf8'), 'what was there');
});

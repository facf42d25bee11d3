import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '../../base/index.ts';
import { CONFIGURE_LEAVINGS, type LockedRoot, missingUnpacker, RootTree } from '../../debian/index.ts';
import { type FakeDeb, fakeDeb } from '../../debian/testing.ts';
import { realHost } from '../../host/index.ts';
import { type ImageConfig, type ImageManifest, runLayerText, validateImage } from '../../oci/index.ts';
import { collect, fileBytes } from '../byte-stream.ts';
import { dispatch } from '../dispatch.ts';
import { gunzipped } from '../gzip.ts';
import { openLayout } from '../image/open-layout.ts';
import { completeLayout } from '../image/testing.ts';
import { readTar } from '../tar-reader.ts';
import { writeRootLayer } from './package-layers.ts';
import { parsePackagePlan } from './package-plan.ts';

const host = realHost();
const missing = missingUnpacker(host, host.env.variables.PATH ?? '');
const skip = missing && `not run: ${missing.message}`;

const PASSWD = 'root:*:0:0:root:/root:/bin/bash\n';
const DEBS: Readonly<Record<string, FakeDeb>> = {
  'base-passwd': {
    files: [
      { path: './usr/share/base-passwd/passwd.master', content: PASSWD },
      { path: './usr/share/base-passwd/group.master', content: 'root:*:0:\nmail:*:8:\n' },
    ],
  },
  tool: {
    files: [
      { path: './usr/' },
      { path: './bin/' },
      { path: './bin/tool', content: '#!/bin/sh\n', mode: 0o755 },
      { path: './bin/again', type: '1', target: './bin/tool' },
    ],
    info: { postinst: '#!/bin/sh\n' },
  },
};

const FINISH = {
  from: 'debian:bookworm',
  users: [{ name: 'app', uid: 1000, home: '/home/app', groups: ['mail'] }],
  paths: [
    { type: 'directory', path: '/srv/app', owner: 'app', group: 'mail', mode: 0o2750 },
    { type: 'file', path: '/etc/app.conf', owner: 'root', group: 'root', mode: 0o600, source: 'context/a' },
    { type: 'link', path: '/usr/bin/x', owner: 'root', group: 'root', target: 'tool' },
  ],
  container: { env: { A: 'b' }, labels: {}, entrypoint: ['tool'], expose: ['80'], volumes: [] },
};

/** A working folder with packages, as the actions of the rule have it. */
class Bench {
  readonly work = mkdtempSync(join(tmpdir(), 'mobileops-packages-'));
  readonly root: LockedRoot;
  readonly #context = {
    fs: host.fs,
    workingDirectory: this.work,
    temporaryDirectory: join(this.work, 'tmp'),
    host,
  };

  constructor(t: TestContext) {
    t.after(() => rmSync(this.work, { recursive: true, force: true }));
    for (const folder of ['packages', 'context', 'tmp']) mkdirSync(join(this.work, folder));
    writeFileSync(join(this.work, 'context/a'), 'content');
    const locked = Object.entries(DEBS).map(([name, { control, ...deb }]) => {
      const bytes = fakeDeb({ ...deb, control: { Package: name, ...control } });
      const { hash, sizeBytes } = digestOf(bytes);
      writeFileSync(join(this.work, 'packages', `${hash}.deb`), bytes);
      const path = `pool/${name}.deb`;
      return {
        name,
        version: '1.0',
        architecture: 'all',
        archive: 'main',
        path,
        sizeBytes,
        sha256: hash,
      } as const;
    });
    const names = locked.map(({ name }) => name);
    this.root = {
      ...{ distribution: 'debian', suite: 'bookworm', components: ['main'], architecture: 'amd64' },
      ...{ packages: names, essential: true, updates: true, locked, bootstrap: names },
      steps: [
        { do: 'unpack', packages: names },
        { do: 'configure', packages: names },
      ],
    };
  }

  /** What went wrong, or nothing. */
  async run(step: string, plan: object, ...args: readonly string[]): Promise<string | undefined> {
    const text = JSON.stringify({ format: 1, architecture: 'amd64', createdAt: 315532800, ...plan });
    writeFileSync(join(this.work, 'plan.json'), text);
    const result = await dispatch(
      ['image-packages', 'v4', step, '--plan', 'plan.json', '--packages', 'packages', ...args],
      this.#context,
    );
    const option = (name: string): string => args[args.indexOf(name) + 1]!;
    const below = args.includes('--base') ? [join(this.work, option('--base'))] : [];
    if (result.ok) completeLayout(host.fs, join(this.work, option('--out')), below);
    return result.ok ? undefined : result.failure.message;
  }

  document(layout: string, digest?: string): unknown {
    const path = digest === undefined ? 'index.json' : `blobs/${digest.replace(':', '/')}`;
    return JSON.parse(readFileSync(join(this.work, layout, path), 'utf8'));
  }

  image(layout: string): { config: ImageConfig; manifest: ImageManifest } {
    const { manifests } = this.document(layout) as { manifests: { digest: string }[] };
    const manifest = this.document(layout, manifests[0]!.digest) as ImageManifest;
    return { manifest, config: this.document(layout, manifest.config.digest) as ImageConfig };
  }

  /** `mode uid:gid path` of each member of a layer. */
  async members(layout: string, at: number): Promise<string[]> {
    const { digest } = this.image(layout).manifest.layers[at]!;
    const bytes = gunzipped(fileBytes(host.fs, join(this.work, layout, `blobs/${digest.replace(':', '/')}`)));
    const lines: string[] = [];
    for await (const { path, mode, uid, gid, kind, target, bytes: content } of readTar(bytes)) {
      const text = path.startsWith('etc/') && kind === 'file' ? (await collect(content)).toString() : '';
      lines.push(`${mode.toString(8)} ${uid}:${gid} ${path} ${target}${text}`.trim());
    }
    return lines;
  }
}

/** Of the configuration, which names the layer's content. Whoever changes it raises the command's version. */
const GOLDEN = 'sha256:3327589fe9437aff0122f58c1c7b238d1fac862399ae2fc69a1c212bade1ccfb';

test('a leaf image has its packages, users and paths in one layer', { skip }, async (t) => {
  const bench = new Bench(t);
  assert.equal(await bench.run('leaf', { root: bench.root, ...FINISH }, '--out', 'layout'), undefined);
  assert.deepEqual(await validateImage(openLayout(host.fs, join(bench.work, 'layout'))), []);
  const { config, manifest } = bench.image('layout');
  assert.equal(manifest.layers.length, 1);
  assert.deepEqual([config.config?.Entrypoint, config.config?.ExposedPorts], [['tool'], { '80/tcp': {} }]);
  const members = await bench.members('layout', 0);
  for (const wanted of [
    '2750 1000:8 srv/app/',
    '600 0:0 etc/app.conf content',
    `644 0:0 etc/passwd ${PASSWD}app:*:1000:1000::/home/app:/usr/sbin/nologin`,
    '755 0:0 usr/bin/tool usr/bin/again',
    '777 0:0 usr/bin/x tool',
  ]) {
    assert.ok(members.includes(wanted), `${wanted}\n${members.join('\n')}`);
  }
  assert.equal(manifest.config.digest, GOLDEN);
});

test('a base whose scripts ran gets users and paths as a last layer', { skip }, async (t) => {
  const bench = new Bench(t);
  const script = ['--script', 'configure.sh', '--mounted-at', '/run/mobileops'];
  assert.equal(await bench.run('bootstrap', { root: bench.root }, '--out', 'base', ...script), undefined);
  const text = readFileSync(join(bench.work, 'configure.sh'), 'utf8');
  assert.match(text, /--unpack \/run\/mobileops\/[0-9a-f]{64}\.deb/);
  for (const path of CONFIGURE_LEAVINGS) assert.ok(text.includes(`\nrm -rf -- ${path}`), path);
  assert.ok(bench.image('base').config.config?.Env?.includes('SOURCE_DATE_EPOCH=315532800'));
  await runLayer(bench);
  const finish = ['--base', 'base', '--run', 'configured/layer.json', '--out', 'layout'];
  assert.equal(await bench.run('finish', FINISH, ...finish), undefined);
  assert.deepEqual(await validateImage(openLayout(host.fs, join(bench.work, 'layout'))), []);
  const { manifest, config } = bench.image('layout');
  assert.deepEqual(manifest.layers[0], bench.image('base').manifest.layers[0]);
  assert.deepEqual(
    config.history?.map(({ created_by }) => created_by),
    [
      'essential packages of debian:bookworm, unpacked',
      'packages of debian:bookworm, installed',
      'users and paths',
    ],
  );
  assert.deepEqual(config.config?.Env?.slice(1), ['A=b']);
  const members = await bench.members('layout', 2);
  for (const wanted of [
    `644 0:0 etc/passwd ${PASSWD}daemon:x:1:1::/:/bin/sh\napp:x:1000:1000::/home/app:/usr/sbin/nologin`,
    '640 0:42 etc/shadow root:*:1::::::\napp:!:::::::',
    '755 1000:1000 home/app/',
  ]) {
    assert.ok(members.includes(wanted), `${wanted}\n${members.join('\n')}`);
  }
});

/** What maintainer scripts would leave: accounts that the first layer lacks. */
async function runLayer({ work }: Bench): Promise<void> {
  const tree = new RootTree();
  const put = (path: string, text: string): void => {
    const owned = { mode: 0o644, uid: 0, gid: 0, modifiedAt: 0 };
    tree.put(path, { kind: 'file', ...owned, content: { bytes: Buffer.from(text) } });
  };
  put('etc/passwd', `${PASSWD}daemon:x:1:1::/:/bin/sh\n`);
  put('etc/group', 'root:x:0:\nmail:x:8:\n');
  put('etc/shadow', 'root:*:1::::::\n');
  const folder = join(work, 'configured');
  mkdirSync(folder);
  const { descriptor, diffId } = await writeRootLayer(host.fs, folder, tree.entries());
  const document = runLayerText({ descriptor, diffId, blob: descriptor.digest.slice(7) });
  writeFileSync(join(folder, 'layer.json'), document);
}

for (const [what, plan, said] of [
  ['a user twice', { ...FINISH, users: [{ name: 'root', uid: 5 }] }, /the image has a user `root` already/],
  [
    'an owner who is nobody',
    { ...FINISH, paths: [{ ...FINISH.paths[0], owner: 'who' }] },
    /\/srv\/app belongs to `who`, who is no user of the image/,
  ],
  [
    'a file that is not there',
    { ...FINISH, paths: [{ ...FINISH.paths[1], source: 'context/b' }] },
    /no file/,
  ],
  [
    'a path out of the root',
    { ...FINISH, paths: [{ ...FINISH.paths[0], path: '/../x' }] },
    /no path below the root/,
  ],
] as const) {
  test(`what cannot be added is told: ${what}`, { skip }, async (t) => {
    const bench = new Bench(t);
    const message = await bench.run('leaf', { root: bench.root, ...plan }, '--out', 'layout');
    assert.match(message ?? 'nothing was said', said);
  });
}

test('a package that is not the locked one is refused', { skip }, async (t) => {
  const bench = new Bench(t);
  const [first, ...rest] = bench.root.locked;
  const root = { ...bench.root, locked: [{ ...first!, version: '2.0' }, ...rest] };
  const message = await bench.run('leaf', { root, ...FINISH }, '--out', 'layout');
  assert.match(message ?? '', /debian\/bad-archive.*base-passwd 2\.0.*it holds base-passwd 1\.0/s);
});

test('any text is a plan or none', () => {
  assert.equal(parsePackagePlan('{}'), undefined);
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.equal(parsePackagePlan(text), undefined);
    }),
  );
  const odd = { format: 1, architecture: 'amd64', createdAt: 1, root: { locked: 1 } };
  assert.equal(parsePackagePlan(JSON.stringify(odd)), undefined);
});

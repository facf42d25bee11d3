/** What the packages of images declare, by built images and by archives in the store, through the command line. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { digestOf } from '../../base/index.ts';
import { openStore } from '../../build/index.ts';
import { fakeDeb } from '../../debian/testing.ts';
import { LOCK_FILE, type Lockfile, writeLock } from '../../dependencies/index.ts';
import { realHost } from '../../host/index.ts';
import { layoutOf, tarOf } from '../../inspection/testing.ts';
import { runIn } from '../testing.ts';

const root = mkdtempSync(join(tmpdir(), 'mobileops-licences-'));
after(() => rmSync(root, { recursive: true, force: true }));

const HEAD = 'apiVersion: build.mobileops.io/v1\n';
const COPYRIGHT = (licence: string): string =>
  `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: ${licence}\n`;
/** dash was fetched, and busybox not. */
const DASH = fakeDeb({
  files: [{ path: './' }, { path: './usr/share/doc/dash/copyright', content: COPYRIGHT('BSD-3-clause') }],
});
const installed = (...names: readonly string[]): string =>
  names
    .map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1-1\n`)
    .join('\n');

const deb = (name: string, content: Uint8Array) => {
  const { hash: sha256, sizeBytes } = digestOf(content);
  const path = `pool/main/${name[0]}/${name}/${name}_1-1_amd64.deb`;
  return {
    name,
    version: '1-1',
    architecture: 'amd64',
    archive: 'main' as const,
    path,
    sizeBytes,
    sha256,
    wants: [],
  };
};
const LOCK: Lockfile = {
  ...{ version: 3, tools: {}, python: {}, wheels: {}, node: {}, maven: {} },
  roots: {
    'image:leaf': {
      ...{ from: {}, distribution: 'debian', suite: 'bookworm', components: ['main'], architecture: 'amd64' },
      ...{ packages: ['busybox', 'dash'], essential: true, updates: true, bootstrap: [], steps: [] },
      locked: [deb('busybox', Buffer.from('not in the store')), deb('dash', DASH)],
    },
  },
};

before(() => {
  write(
    'build-config.yaml',
    `${HEAD}kind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n`,
  );
  write('docker/Dockerfile.base', 'FROM scratch\n');
  write('docker/Dockerfile.bare', 'FROM scratch\n');
  write('docker/Dockerfile.later', 'FROM scratch\n');
  write(
    'docker/leaf.yaml',
    `${HEAD}kind: ImageBuild\nmetadata: {name: leaf}\nspec:\n  from: debian:bookworm\n  packages: [dash, busybox]\n`,
  );
  const layers = [
    tarOf([
      { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
      { name: 'var/lib/dpkg/status', content: installed('bash') },
      { name: 'usr/share/doc/bash/copyright', content: COPYRIGHT('GPL-3+') },
    ]),
    tarOf([
      { name: 'var/lib/dpkg/status', content: installed('bash', 'dash', 'curl') },
      { name: 'usr/share/doc/curl/copyright', content: 'It was packaged by somebody.\n' },
    ]),
  ];
  const bare = [tarOf([{ name: 'var/lib/dpkg/status', content: installed('dash') }])];
  for (const [name, own] of Object.entries({ base: layers, bare }))
    for (const [path, bytes] of layoutOf([{ layers: own, tag: '1' }]))
      write(`dist/images/${name}/${path}`, bytes);
  const real = realHost();
  const variables = { ...real.env.variables, HOME: root, MOBILEOPS_CACHE: join(root, 'cache') };
  const store = openStore({ ...real, env: { ...real.env, variables, homeDirectory: root } });
  using _ = store.use();
  store.cas.put(DASH);
  writeLock(real.fs, root, LOCK);
});

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

test('each image has its packages with what they declare, and what is not known is named', async () => {
  const { out, code } = await runIn(root, ['deps', 'licenses']);
  const digests = out.replaceAll(/sha256:[0-9a-f]{12}/g, 'sha256:…');
  assert.deepEqual(digests.trimEnd().split('\n'), [
    'image:bare linux/amd64, as built (sha256:…): 1 package, 0 refused, 0 not known',
    '  BSD-3-Clause (1 package)',
    '    dash 1-1 (deb)',
    'image:base linux/amd64, as built (sha256:…): 3 packages, 0 refused, 1 not known',
    '  BSD-3-Clause (1 package)',
    '    dash 1-1 (Debian)',
    '  GPL-3.0-or-later (1 package)',
    '    bash 1-1 (Debian)',
    '  not known (1 package)',
    '    curl 1-1 (Debian)',
    'image:leaf linux/amd64, as locked: 2 packages, 0 refused, 1 not known',
    '  BSD-3-Clause (1 package)',
    '    dash 1-1 (Debian)',
    '  not known (1 package)',
    '    busybox 1-1 (Debian)',
    'not known: image:later: it has not been built, so what is in it is not known: `mobileops build image:later`',
  ]);
  assert.equal(code, 0);
});

test('a licence that is denied is refused in each image that has it, with the layer that brought it', async () => {
  const denied = await runIn(root, [
    'deps',
    'licenses',
    '--deny',
    'GPL-3.0-or-later',
    '--deny',
    'BSD-3-Clause',
  ]);
  const told = [...denied.err.matchAll(/error\[(cli\/refused-licence)\] (\S+) in (image:\S+) \((.*?)\)/g)];
  assert.deepEqual(
    told.map(([, , id, image, where]) => `${image} ${id?.split('?')[0]} ${where}`),
    [
      'image:bare pkg:deb/dash@1-1 linux/amd64, by layer 1',
      'image:base pkg:deb/debian/bash@1-1 linux/amd64, by layer 1',
      'image:base pkg:deb/debian/dash@1-1 linux/amd64, by layer 2',
      'image:leaf pkg:deb/debian/dash@1-1 linux/amd64',
    ],
  );
  assert.equal(denied.code, 1);
});

test('where some licences are allowed, a package of an image without one and an image that is not built are no pass', async () => {
  const allowed = await runIn(root, [
    'deps',
    'licenses',
    '--json',
    ...['GPL-3.0-or-later', 'BSD-3-Clause'].flatMap((id) => ['--allow', id]),
  ]);
  const { exitCode, diagnostics, images, packages, notKnown } = JSON.parse(allowed.out);
  assert.equal(exitCode, 1);
  const errors = diagnostics.filter(({ severity }: { severity: string }) => severity === 'error');
  assert.deepEqual(
    errors.map(({ code, message }: { code: string; message: string }) => `${code} ${message.split(':')[0]}`),
    [
      'cli/unknown-licence 3 things without a known licence, where only GPL-3.0-or-later, BSD-3-Clause may be',
    ],
  );
  assert.deepEqual(
    images.map(
      ({
        image,
        source,
        packages: own,
      }: {
        image: string;
        source: string;
        packages: { verdict: string; layer?: number }[];
      }) => [image, source, own.map(({ verdict, layer }) => `${verdict} ${layer}`)],
    ),
    [
      ['image:bare', 'built', ['allowed 1']],
      ['image:base', 'built', ['allowed 1', 'unknown 2', 'allowed 2']],
      ['image:leaf', 'locked', ['unknown undefined', 'allowed undefined']],
    ],
  );
  assert.deepEqual(
    packages.map(({ purl, declared }: { purl: string; declared?: string }) => [purl.split('?')[0], declared]),
    [
      ['pkg:deb/debian/busybox@1-1', undefined],
      ['pkg:deb/debian/dash@1-1', 'BSD-3-clause'],
    ],
  );
  assert.deepEqual(
    notKnown.map(({ subject }: { subject: string }) => subject),
    ['image:later'],
  );
});

test(`without a lock nothing is listed: ${LOCK_FILE} is asked for`, async () => {
  const empty = join(root, 'empty');
  write(
    'empty/build-config.yaml',
    `${HEAD}kind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n`,
  );
  const { code, err } = await runIn(empty, ['deps', 'licenses']);
  assert.match(err, /error\[dependencies\/no-lock\]/);
  assert.equal(code, 2);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutOf, open, tarOf, worldOf } from '../inspection/testing.ts';
import { imageSbom } from './image-sbom.ts';
import type { Sbom } from './model.ts';

async function listed(layers: readonly Buffer[], config: object = {}): Promise<Sbom> {
  const opened = await open(worldOf({ '/base': layoutOf([{ layers, config, tag: '1.0' }]) }), '/base');
  assert.ok(opened.ok);
  const sbom = await imageSbom(opened.value, { name: 'team/base', tag: '1.0' });
  assert.ok(sbom.ok, JSON.stringify(sbom));
  return sbom.value;
}

const installed = (...names: readonly string[]): string =>
  names
    .map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1-1\n`)
    .join('\n');

const SYSTEM = { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' };
const status = (...names: readonly string[]) => ({
  name: 'var/lib/dpkg/status',
  content: installed(...names),
});

test('each package stands with the layer that brought it, though lists are written anew', async () => {
  const sbom = await listed([
    tarOf([SYSTEM, status('bash', 'gone')]),
    tarOf([status('bash', 'curl')]),
    tarOf([{ name: 'other' }]),
    tarOf([status('bash', 'curl', 'gone')]),
  ]);
  assert.deepEqual(
    sbom.components.map(({ id, layer }) => `${id} ${layer?.number ?? '-'}`),
    [
      'pkg:deb/debian/bash@1-1?arch=amd64&distro=debian-12 1',
      'pkg:deb/debian/curl@1-1?arch=amd64&distro=debian-12 2',
      'pkg:deb/debian/gone@1-1?arch=amd64&distro=debian-12 4',
      'system:debian@12 -',
    ],
  );
});

test('what a higher layer takes away is not listed', async () => {
  const metadata = (name: string) => ({
    name: `opt/v/${name}-1.0.dist-info/METADATA`,
    content: `Name: ${name}\nVersion: 1.0\n`,
  });
  const sbom = await listed([
    tarOf([metadata('a'), metadata('b'), { name: 'm/x.onnx', content: 'x' }]),
    tarOf([{ name: 'opt/v/.wh.b-1.0.dist-info' }, { name: 'm/.wh..wh..opq' }]),
  ]);
  assert.deepEqual(
    sbom.components.map(({ id }) => id),
    ['pkg:pypi/a@1.0'],
  );
});

test('an image says of itself what its documents say', async () => {
  const { subject, created } = await listed([tarOf([{ name: 'x' }])], {
    created: '2024-05-06T07:08:09Z',
    config: {
      Labels: { 'org.opencontainers.image.version': '2.1', 'org.opencontainers.image.licenses': 'MIT' },
    },
  });
  assert.match(
    subject.purl!,
    /^pkg:oci\/base@sha256:[0-9a-f]{64}\?arch=amd64&repository_url=team\/base&tag=1\.0$/,
  );
  assert.deepEqual([subject.version, subject.licence, created], ['2.1', 'MIT', 1_714_979_289]);
});

test('dependencies of packages are those that are there', async () => {
  const text = [
    'Package: app\nVersion: 2\nArchitecture: all\nDepends: libx (>= 1), mail-agent | postfix, absent\n',
    'Package: libx\nVersion: 1\nArchitecture: amd64\n',
    'Package: exim\nVersion: 4\nArchitecture: amd64\nProvides: mail-agent\n',
  ].join('\n');
  const { relations } = await listed([tarOf([SYSTEM, { name: 'var/lib/dpkg/status', content: text }])]);
  const name = (id: string): string => /([a-z]+)@/.exec(id)![1]!;
  assert.deepEqual(
    relations.filter(({ kind }) => kind === 'depends-on').map(({ from, to }) => `${name(from)} ${name(to)}`),
    ['app exim', 'app libx'],
  );
});

test('a system that is neither Debian nor Ubuntu keeps its packages apart from theirs', async () => {
  const other = { name: 'etc/os-release', content: 'ID=raspbian\nVERSION_ID=11\n' };
  const { components } = await listed([tarOf([other, status('bash')])]);
  assert.deepEqual(
    components.map(({ id }) => id),
    ['pkg:deb/raspbian/bash@1-1?arch=amd64&distro=raspbian-11', 'system:raspbian@11'],
  );
});

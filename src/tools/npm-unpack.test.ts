import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { realHost } from '../host/index.ts';
import { npmUnpack } from './npm-unpack.ts';

interface Member {
  readonly path: string;
  readonly content?: string;
  readonly mode?: number;
  readonly type?: string;
  readonly target?: string;
}

function tarball(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ path, content = '', mode = 0o600, type = '0', target = '' }) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(mode.toString(8).padStart(7, '0'), 100);
    header.write(Buffer.byteLength(content).toString(8).padStart(11, '0'), 124);
    header.write(' '.repeat(8), 148);
    header.write(type, 156);
    header.write(target, 157);
    header.write('ustar\0' + '00', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
    body.write(content);
    return [header, body];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const manifest = (value: object): Member => ({
  path: 'package/package.json',
  content: JSON.stringify(value),
});

type Packages = Readonly<Record<string, readonly Member[] | Buffer>>;

/** Unpacks packages in a fresh folder and gives what `look` sees there, or the failure's message. */
async function unpacked<T>(packages: Packages, look: (folder: string) => T): Promise<T | string> {
  const folder = mkdtempSync(join(tmpdir(), 'npm-unpack-'));
  try {
    mkdirSync(join(folder, 'w'));
    const listing = Object.entries(packages).map(([path, members], index) => {
      writeFileSync(
        join(folder, 'w', `${index}.tgz`),
        Buffer.isBuffer(members) ? members : tarball(members as Member[]),
      );
      return { path, tarball: `${index}.tgz` };
    });
    writeFileSync(join(folder, 'w/packages.json'), JSON.stringify(listing));
    const context = { fs: realHost().fs, workingDirectory: join(folder, 'w'), temporaryDirectory: folder };
    const result = await npmUnpack(['packages.json'], context);
    return result.ok ? look(join(folder, 'w')) : `${result.failure.kind}: ${result.failure.message}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const modeOf = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);

test('packages lie as npm lays them out', async () => {
  const seen = await unpacked(
    {
      'node_modules/a': [
        manifest({ name: 'a', bin: './cli.js' }),
        { path: 'package/cli.js', content: '#!/usr/bin/env node\r\n' },
      ],
      'node_modules/@s/b': [
        manifest({ name: '@s/b', bin: { one: 'x/one', '../two': '/../x/one', gone: 'absent' } }),
        { path: 'b-1.0/x/one', mode: 0o700 },
      ],
      'node_modules/a/node_modules/c': [
        { path: 'package/lib/', type: '5' },
        { path: 'package/lib/c.js', content: 'c' },
      ],
    },
    (folder) => {
      const at = (path: string): string => join(folder, 'node_modules', path);
      return {
        links: ['a', 'one', 'two'].map((name) => readlinkSync(at(`.bin/${name}`))),
        modes: ['a/cli.js', 'a/package.json', '@s/b/x/one', 'a/node_modules/c/lib/c.js'].map((path) =>
          modeOf(at(path)),
        ),
        script: readFileSync(at('a/cli.js'), 'utf8'),
        bins: realHost().fs.readDirectory(at('.bin')).length,
      };
    },
  );
  assert.deepEqual(seen, {
    links: ['../a/cli.js', '../@s/b/x/one', '../@s/b/x/one'],
    modes: ['755', '644', '755', '644'],
    script: '#!/usr/bin/env node\n',
    bins: 3,
  });
});

test('links in a tarball are left out, as npm does', async () => {
  const members: Member[] = [
    manifest({ name: 'a' }),
    { path: 'package/out', type: '2', target: '/etc/passwd' },
    { path: 'package/hard', type: '1', target: 'package/package.json' },
  ];
  const names = await unpacked({ 'node_modules/a': members }, (folder) =>
    realHost()
      .fs.readDirectory(join(folder, 'node_modules/a'))
      .map(({ name }) => name),
  );
  assert.deepEqual(names, ['package.json']);
});

test('what leads out of its place or is damaged is refused', async () => {
  const check = async (packages: Packages, expected: string | RegExp) => {
    const failure = await unpacked(packages, () => 'unpacked');
    if (typeof expected === 'string') assert.equal(failure, expected);
    else assert.match(failure, expected);
  };
  const out = (path: string): string => `input: node_modules/a: the name "${path}" leads out of the package`;
  await check({ 'node_modules/a': [{ path: 'package/../../x' }] }, out('package/../../x'));
  await check({ 'node_modules/a': [{ path: '/package/x' }] }, out('/package/x'));
  await check({ 'node_modules/a': [{ path: '../x' }] }, out('../x'));
  await check(
    { 'node_modules/a': [{ path: 'p/x', content: '1' }, { path: 'p/x/y' }] },
    /holds a file and a folder/,
  );
  await check(
    { 'node_modules/a': Buffer.from('no gzip') },
    /^input: node_modules\/a: its tarball is damaged/,
  );
  await check({ 'node_modules/a': gzipSync(Buffer.alloc(600, 1)) }, /its tarball is damaged/);
  await check(
    { 'node_modules/a': tarball([{ path: 'p/x', content: 'x'.repeat(5000) }]).subarray(0, 60) },
    /damaged/,
  );
  await check({ 'node_modules/a': [] }, 'input: node_modules/a: its tarball is empty');
  for (const path of [
    '../a',
    'node_modules/../x',
    'node_modules/.bin',
    'node_modules/a/b',
    'lib/a',
    '/node_modules/a',
  ])
    await check({ [path]: [manifest({})] }, 'usage: packages.json is no list of packages');
});

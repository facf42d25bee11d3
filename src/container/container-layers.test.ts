import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ContainerBench, containerTest, listLayer, type TestMember, tarOf } from './container-bench.test.ts';
import { hasLayer } from './index.ts';

containerTest(
  'layers above each other: whiteouts, opaque folders, folders without a member, devices, twice the same',
  async (on) => {
    const lower = on.layer([
      { name: 'd/', kind: '5', mode: 0o751, uid: 7, gid: 8, mtime: 2000 },
      { name: 'd/keep', content: 'k' },
      { name: 'd/gone', content: 'g' },
      { name: 'd/deep/', kind: '5', mode: 0o700, mtime: 2000 },
      { name: 'd/deep/x', content: 'x' },
      { name: 'o/', kind: '5' },
      { name: 'o/hidden', content: 'h' },
      { name: 'o/sub/', kind: '5' },
      { name: 'o/sub/hidden', content: 'h' },
      { name: 'dev-like', content: 'a file' },
      { name: 'becomes-folder', content: 'f' },
      { name: 'becomes-file/', kind: '5' },
      { name: 'becomes-file/x', content: 'x' },
    ]);
    const upper = on.layer([
      { name: 'd/.wh.gone' },
      { name: 'd/deep/y', content: 'y' },
      { name: 'o/.wh..wh..opq' },
      { name: 'o/sub/.wh.hidden' },
      { name: 'o/sub/new', content: 'n' },
      { name: 'dev-like', kind: '3' },
      { name: 'dev-too', kind: '1', link: 'dev-like' },
      { name: 'becomes-folder/', kind: '5' },
      { name: 'becomes-folder/x', content: 'x' },
      { name: 'becomes-file', content: 'f' },
      { name: '.wh.nothing' },
    ]);
    const script =
      'cd /; find d o dev-* becomes-* 2>/dev/null | sort; stat -c %n:%u:%g:%a:%Y d d/deep; ls o/sub';
    const ran = await on.run(`set +e; ${script}; rm -r /o; true`, {
      layers: [on.base(), upper, lower, upper],
    });
    assert.deepEqual(ran.output.trim().split('\n'), [
      'becomes-file',
      'becomes-folder',
      'becomes-folder/x',
      'd',
      'd/deep',
      'd/deep/x',
      'd/deep/y',
      'd/keep',
      'o',
      'o/sub',
      'o/sub/new',
      'd:7:8:751:2000',
      'd/deep:0:0:700:2000',
      'new',
    ]);
    assert.deepEqual(
      listLayer(ran).map((line) => line.split('"')[1]),
      ['.wh.o'],
    );
    assert.equal((await on.run('echo x', { layers: [on.base(), lower, upper] })).layer, undefined);
  },
);

/** Layers that must be refused, or that do no harm: members, and what is said. */
const HOSTILE: Readonly<Record<string, readonly [readonly TestMember[] | Buffer, RegExp]>> = {
  'a path that goes up': [
    [{ name: 'a/../../x', content: 'x' }],
    /a path that leaves the image: a\/\.\.\/\.\.\/x/,
  ],
  'a path of PAX that goes up': [[{ name: 'x', pax: { path: '../x' } }], /leaves the image/],
  'a path through a link': [
    [
      { name: 'l', kind: '2', link: '/etc' },
      { name: 'l/passwd', content: 'x' },
    ],
    /through a symbolic link: l/,
  ],
  'a path through a link upwards': [
    [
      { name: 'l', kind: '2', link: '../../..' },
      { name: 'l/a/b', content: 'x' },
    ],
    /through a symbolic link: l/,
  ],
  'a hard link upwards': [[{ name: 'h', kind: '1', link: '../../etc/passwd' }], /leaves the image/],
  'a hard link to the machine': [
    [{ name: 'h', kind: '1', link: '/etc/shadow' }],
    /hard link to what it lacks: \/etc\/shadow/,
  ],
  'a hard link through a link': [
    [
      { name: 'l', kind: '2', link: '/' },
      { name: 'h', kind: '1', link: 'l/etc/passwd' },
    ],
    /hard link to what it lacks/,
  ],
  'a hard link to a folder': [
    [
      { name: 'd/', kind: '5' },
      { name: 'h', kind: '1', link: 'd' },
    ],
    /what is no file/,
  ],
  'a file where a folder is needed': [
    [
      { name: 'f', content: 'x' },
      { name: 'f/x', content: 'x' },
    ],
    /a file where it needs a folder: f/,
  ],
  'an owner outside of the range': [
    [{ name: 'f', pax: { uid: '4294967295' } }],
    /outside of the range of ids, 4294967295:0: f/,
  ],
  'a name that is too long': [[{ name: 'x', pax: { path: 'n'.repeat(300) } }], /File name too long/],
  'a huge header': [[{ name: 'x', kind: 'x', size: 2 ** 31 }], /a header of more than 1 MiB/],
  'a damaged PAX header': [[{ name: 'x', kind: 'x', content: '99 path=x\n' }], /damaged PAX header/],
  'an unknown kind': [[{ name: 'x', kind: 'M' }], /unknown kind/],
  'an end in the middle': [
    tarOf([{ name: 'x', content: 'x'.repeat(1000) }]).subarray(0, 900),
    /ends in the middle of a file/,
  ],
  'a wrong checksum': [Buffer.from(tarOf([{ name: 'x' }])).fill(65, 0, 1), /wrong checksum/],
  'no tar at all': [Buffer.from('hello'.repeat(300)), /numbers cannot be read|wrong checksum/],
  'a cut gzip': [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), /ends in the middle of its gzip stream/],
  zstd: [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), /compressed with zstd, which is not supported/],
  'a whiteout of nothing': [[{ name: 'd/.wh.' }], /whiteout without a name/],
  'a whiteout upwards': [[{ name: 'd/.wh...' }], /whiteout without a name/],
  'a sparse map that overlaps': [
    [
      {
        name: 's',
        content: 'x'.repeat(512),
        pax: { 'GNU.sparse.size': '9999', 'GNU.sparse.map': '0,400,100,112' },
      },
    ],
    /damaged sparse map/,
  ],
  'a sparse file of a pebibyte': [
    [{ name: 's', content: '', pax: { 'GNU.sparse.size': String(2 ** 50), 'GNU.sparse.map': '0,0' } }],
    /File too large|exit 0/,
  ],
};

containerTest('hostile layers are refused with the reason', async (on) => {
  for (const [name, [content, expected]] of Object.entries(HOSTILE)) {
    const said = await on.failure('true', { layers: [on.base(), on.layer(content as Buffer)] });
    assert.match(said, expected, name);
  }
  const odd = on.layer([{ name: 'x' }]);
  const wrong = { ...odd, diffId: `sha256:${'0'.repeat(64)}` };
  assert.match(
    await on.failure('true', { layers: [wrong] }),
    /holds sha256:[0-9a-f]{64}, not what it should/,
  );
  assert.match(
    await on.failure('true', { layers: [{ ...odd, path: '/nothing' }] }),
    /No such file or directory/,
  );
});

containerTest('odd layers that do no harm are taken', async (on) => {
  const odd = on.layer([
    { name: '/absolute', content: 'a' },
    { name: './/dot/./x', content: 'd' },
    { name: Buffer.from([0x66, 0xff, 0xfe]), content: 'not UTF-8' },
    { name: 'twice', content: 'first' },
    { name: 'twice', content: 'last' },
    { name: 'again/', kind: '5' },
    { name: 'again/x', content: 'x' },
    { name: 'again', content: 'a file' },
    { name: 'null', kind: '3' },
    { name: 'disk', kind: '4' },
    { name: 'sparse', content: '', pax: { 'GNU.sparse.size': String(2 ** 40), 'GNU.sparse.map': '0,0' } },
    {
      name: 'attributes',
      pax: {
        'SCHILY.xattr.user.a': 'b',
        'SCHILY.xattr.trusted.overlay.opaque': 'y',
        'SCHILY.xattr.user.overlay.opaque': 'y',
      },
    },
    { name: 'setuid', mode: 0o6755, uid: 1000, gid: 100 },
  ]);
  const ran = await on.run(
    'cat /absolute /dot/x /twice /again; echo; ls /f* | od -An -tx1; stat -c %s:%b /sparse; stat -c %a:%u:%g /setuid; ls /null /disk 2>&1 | grep -c "No such"; mv /f* /g',
    { layers: [on.base(), odd] },
  );
  assert.deepEqual(ran.output.trim().split(/\n\s*/), [
    'adlasta file',
    '2f 66 ff fe 0a',
    '1099511627776:0',
    '6755:1000:100',
    '2',
  ]);
});

containerTest('a layer of many files needs little memory', async (on) => {
  const many = Array.from({ length: 30_000 }, (_, at) => ({ name: `many/${at % 100}/${at}` }));
  const ran = await on.run('find /many | wc -l; rm -r /many', { layers: [on.base(), on.layer(many)] });
  assert.equal(ran.output, '30101\n');
  assert.deepEqual(
    listLayer(ran).map((line) => line.split('"')[1]),
    ['.wh.many'],
  );
});

containerTest('names, attributes and sizes that need more than a plain header', async (on) => {
  const long = 'n'.repeat(120);
  const ran = await on.run(
    `mkdir -p /new/${long}; cd /new; echo x > ${long}/${long}; ln ${long}/${long} link; ln -s ${long} ${long}-s
    echo x > "$(printf 'f\\377')"; echo x > schön; touch -d @-5 before; chown 3000000:65534 link 2>/dev/null || chown 1:65534 link
    truncate -s 20M sparse; echo x >> sparse; dd if=/dev/zero of=zeros bs=1M count=17 2>/dev/null; truncate -s 1000G hole`,
  );
  const names = listLayer(ran).map((line) => line.split('"')[1]);
  assert.deepEqual(names, [
    'new/',
    'new/before',
    'new/f\\377',
    'new/hole',
    'new/link',
    `new/${long}/`,
    `new/${long}/${long}`,
    `new/${long}-s`,
    'new/sch\\303\\266n',
    'new/sparse',
    'new/zeros',
  ]);
  assert.ok(ran.layer!.sizeBytes < 100_000);
  const layer = { path: ran.layer!.path, diffId: ran.layer!.diffId };
  const seen = await on.run(
    `cd /new; stat -c %s:%h link sparse zeros hole; tail -c 2 sparse; cat ${long}-s/${long}`,
    {
      layers: [on.base(), layer],
    },
  );
  assert.deepEqual(seen.output.trim().split('\n'), [
    '2:2',
    '20971522:1',
    '17825792:1',
    '1073741824000:1',
    'x',
    'x',
  ]);
});

containerTest('known clocks are kept out of the layer, and said', async (on) => {
  const today = Math.floor(Date.now() / 86_400_000);
  const script = `
    mkdir -p /var/log/apt /var/cache/ldconfig /var/lib/apt/lists /opt/__pycache__
    date +%N > /var/log/apt/history.log; date +%N > /var/log/dpkg.log; date +%N > /var/cache/ldconfig/aux-cache
    date +%N > /etc/machine-id; echo x > /var/log/mine.log
    echo 'alice:!:${today}:0:99999:7:::' > /etc/shadow; echo 'bob:!:19000:0:99999:7:::' >> /etc/shadow
    echo 'x = 1' > /opt/m.py
    { printf '\\247\\r\\r\\n\\0\\0\\0\\0'; printf "$(stat -c %Y /opt/m.py | { read t; printf '\\\\%03o\\\\%03o\\\\%03o\\\\%03o' $((t & 255)) $((t >> 8 & 255)) $((t >> 16 & 255)) $((t >> 24)); })"; printf '\\6\\0\\0\\0code'; } > /opt/__pycache__/m.cpython-311.pyc`;
  const ran = await on.run(script);
  assert.deepEqual(ran.scrubbed, [
    '/etc/machine-id',
    '/etc/shadow',
    '/opt/__pycache__/m.cpython-311.pyc',
    '/var/cache/ldconfig/aux-cache',
    '/var/log/apt/history.log',
    '/var/log/dpkg.log',
  ]);
  const names = listLayer(ran).map((line) => line.split('"')[1]!);
  assert.deepEqual(
    names.filter((name) => !name.endsWith('/')),
    ['etc/shadow', 'opt/__pycache__/m.cpython-311.pyc', 'opt/m.py', 'var/log/mine.log'],
  );
  const layers = [on.base(), { path: ran.layer!.path, diffId: ran.layer!.diffId }];
  const seen = await on.run(
    'cat /etc/shadow; stat -c %Y /opt/m.py; od -An -tu4 -j8 -N4 /opt/__pycache__/*.pyc',
    { layers },
  );
  assert.deepEqual(seen.output.trim().split(/\n\s*/), [
    'alice:!:3652:0:99999:7:::',
    'bob:!:19000:0:99999:7:::',
    '315532800',
    '315532800',
  ]);
});

/** What stands in the store of each layer, and where. */
function storedLayers(on: ContainerBench): { readonly folder: string; readonly told: { boot?: string } }[] {
  const [area] = readdirSync(on.place.store).filter((name) => name !== 'compiled');
  const layers = join(on.place.store, area!, 'layers');
  return readdirSync(layers).map((name) => {
    const folder = join(layers, name);
    return { folder, told: JSON.parse(readFileSync(join(folder, 'layer'), 'utf8')) };
  });
}

test('a layer that the end of the system may have torn is unpacked again', async (t) => {
  const on = await ContainerBench.open(t, 'own');
  if (!on || process.getuid?.() !== 0) return;
  await on.run('true');
  const { folder } = storedLayers(on)[0]!;
  for (const text of ['{"implicit":[""],"devices":[],"boot":"another"}', '']) {
    rmSync(join(folder, 'root', 'data'), { recursive: true });
    writeFileSync(join(folder, 'layer'), text);
    assert.ok(!hasLayer(on.place, undefined, on.base().diffId));
    assert.equal((await on.run('cat /data/old')).output, 'old\n');
  }
  assert.ok(hasLayer(on.place, undefined, on.base().diffId));
  assert.equal(storedLayers(on)[0]!.told.boot, readFileSync(BOOT, 'utf8').trim());
  utimesSync(join(folder, 'layer'), 1000, 1000);
  assert.equal((await on.run('cat /data/old')).output, 'old\n');
  assert.deepEqual(Object.keys(storedLayers(on)[0]!.told), ['implicit', 'devices'], 'it is on the disk now');
});

const BOOT = '/proc/sys/kernel/random/boot_id';

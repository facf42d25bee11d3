/**
 * RUN in a real Debian root: dpkg, apt, useradd, su and chown work, as root and as a user with a range of ids, and both get the
 * same layer. Needs root (for the user: a mount namespace with /etc/subuid of its own, so that the machine's stays), mmdebstrap
 * and a mirror that it reaches; reported as not run otherwise.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { debianBase } from './debian-base.ts';

const SRC = join(import.meta.dirname, '..', 'src');
const USER_ID = 31_000;
const CLEAN = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };

interface Result {
  readonly exitCode: number;
  readonly layer: { readonly path: string; readonly diffId: string };
  readonly scrubbed: readonly string[];
  readonly output: string;
}

/** What runs in a process of its own, because it may be another user's. */
const DRIVER = `
const [runner, host, request] = process.argv.slice(2);
const { openContainerRunner } = await import(runner);
const { realHost } = await import(host);
const { place, run } = JSON.parse(request);
const opened = await openContainerRunner({ ...place, host: (await import(host)).realHost() });
if (!opened.ok) throw new Error(opened.failure.message);
const chunks = [];
const result = await opened.value.run({ ...run, onOutput: (bytes) => chunks.push(bytes) });
if (!result.ok) throw new Error(JSON.stringify(result.failure));
console.log(JSON.stringify({ ...result.value, output: Buffer.concat(chunks).toString() }));
`;

const has = (name: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${name}`], { env: CLEAN }).status === 0;

class DebianBench {
  readonly root = mkdtempSync(join(tmpdir(), 'mobileops-debian-'));
  readonly base = join(this.root, 'base.tar');
  #count = 0;

  /** `archive` is of a Debian root, and lies where not everybody may read. */
  constructor(t: TestContext, archive: string) {
    copyFileSync(archive, this.base);
    t.after(() => rmSync(this.root, { recursive: true, force: true }));
    chmodSync(this.root, 0o755);
    writeFileSync(join(this.root, 'driver.mjs'), DRIVER);
  }

  /** A package whose installation does what is hard: owners, setuid, users made by its script, alternatives, a diversion. */
  makePackage(): string {
    const tree = join(this.root, 'package');
    for (const folder of ['DEBIAN', 'usr/bin', 'var/lib/probe'])
      mkdirSync(join(tree, folder), { recursive: true });
    const control =
      'Package: probe\nVersion: 1\nArchitecture: all\nMaintainer: t <t@example.org>\nDescription: probe\n';
    writeFileSync(join(tree, 'DEBIAN/control'), control);
    writeFileSync(
      join(tree, 'DEBIAN/postinst'),
      `#!/bin/sh\nset -e\nadduser --system --group --home /var/lib/probe probe\nchown probe:probe /var/lib/probe
chmod 2750 /var/lib/probe\nupdate-alternatives --install /usr/bin/alt alt /usr/bin/probe 10\nldconfig\n`,
    );
    writeFileSync(join(tree, 'usr/bin/probe'), '#!/bin/sh\necho probe\n');
    chmodSync(join(tree, 'DEBIAN/postinst'), 0o755);
    chmodSync(join(tree, 'usr/bin/probe'), 0o4755);
    const path = join(this.root, 'probe.deb');
    execFileSync('dpkg-deb', ['--root-owner-group', '-b', tree, path], { stdio: 'ignore', env: CLEAN });
    return path;
  }

  /** Runs a script in a store of its own. */
  run(who: 'root' | 'user', script: string, layers: readonly string[] = []): Result {
    const home = join(this.root, `${who}-${this.#count++}`);
    mkdirSync(home);
    if (who === 'user') chownSync(home, USER_ID, USER_ID);
    const request = {
      place: {
        python: '/usr/bin/python3',
        program: join(SRC, 'container/container.py'),
        store: join(home, 'store'),
      },
      run: {
        layers: [this.base, ...layers].map((path) => ({ path, diffId: digest(path) })),
        argv: ['/bin/bash', '-ec', script],
        env: { ...CLEAN, DEBIAN_FRONTEND: 'noninteractive' },
        workingDirectory: '/',
        user: '',
        network: 'none',
        mounts: [{ type: 'bind', source: join(this.root, 'probe.deb'), target: '/run/probe.deb' }],
        hostname: 'build',
        sourceDateEpoch: 315_532_800,
        out: join(home, 'layer.tar'),
      },
    };
    const modules = [join(SRC, 'container/index.ts'), join(SRC, 'host/index.ts')];
    const argv = [process.execPath, join(this.root, 'driver.mjs'), ...modules, JSON.stringify(request)];
    const asWho = who === 'root' ? argv : [...this.#asUser(), ...argv];
    const child = spawnSync(asWho[0]!, asWho.slice(1), { encoding: 'utf8', env: CLEAN, maxBuffer: 1 << 28 });
    assert.equal(child.status, 0, child.stderr);
    return JSON.parse(child.stdout) as Result;
  }

  /** In a mount namespace where the user exists and has a range; nothing of the machine changes. */
  #asUser(): string[] {
    const etc = join(this.root, 'etc');
    mkdirSync(etc, { recursive: true });
    const passwd = `${readFileSync('/etc/passwd', 'utf8')}ranged:x:${USER_ID}:${USER_ID}::/:/bin/sh\n`;
    const files = { passwd, subuid: 'ranged:200000:65536\n', subgid: 'ranged:300000:65536\n' };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text);
    const binds = Object.keys(files).map((name) => `mount --bind '${etc}/${name}' /etc/${name}`);
    const change = `exec setpriv --reuid ${USER_ID} --regid ${USER_ID} --clear-groups "$@"`;
    return ['unshare', '--mount', 'sh', '-ec', [...binds, change].join('; '), 'sh'];
  }

  /** The layers as umoci unpacks them: a line for each file, without times. */
  unpacked(layers: readonly string[]): string[] {
    const layout = join(this.root, 'layout');
    mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
    const put = (content: Buffer | string): { digest: string; size: number } => {
      const hash = createHash('sha256').update(content).digest('hex');
      writeFileSync(join(layout, 'blobs/sha256', hash), content);
      return { digest: `sha256:${hash}`, size: Buffer.byteLength(content) };
    };
    const blobs = layers.map((path) => put(readFileSync(path)));
    const rootfs = { type: 'layers', diff_ids: blobs.map((blob) => blob.digest) };
    const type = 'application/vnd.oci.image';
    const config = {
      mediaType: `${type}.config.v1+json`,
      ...put(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs })),
    };
    const manifest = put(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: `${type}.manifest.v1+json`,
        config,
        layers: blobs.map((blob) => ({ mediaType: `${type}.layer.v1.tar`, ...blob })),
      }),
    );
    const annotations = { 'org.opencontainers.image.ref.name': 'x' };
    const manifests = [{ mediaType: `${type}.manifest.v1+json`, ...manifest, annotations }];
    writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    execFileSync('umoci', ['unpack', '--image', `${layout}:x`, join(this.root, 'bundle')], {
      stdio: 'ignore',
    });
    const listed = spawnSync('sh', ['-c', LIST], {
      cwd: join(this.root, 'bundle/rootfs'),
      encoding: 'utf8',
      env: CLEAN,
    });
    return listed.stdout.split('\n').filter((line) => line.includes('|'));
  }
}

/** Kind, mode, owner, size and target of all files that belong to the image. */
const LIST = String.raw`find . -xdev \( -path ./proc -o -path ./dev -o -path ./sys -o -path ./run -o -path ./etc/hosts -o -path ./etc/resolv.conf \) -prune -o -type d -printf '%P|d|%m|%U:%G\n' -o -printf '%P|%y|%m|%U:%G|%s|%n|%l\n' | LC_ALL=C sort`;

function digest(path: string): string {
  return `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

const SCRIPT = `
apt-get install -y /run/probe.deb >/dev/null
dpkg --audit
useradd --create-home --groups adm --shell /bin/bash alice
su alice -c 'id; touch ~/mine; /usr/bin/alt'
chown alice:adm /srv
rm -r /usr/share/doc/bash /media
mv /usr/share/base-files /usr/share/moved
ln /usr/bin/probe /usr/bin/probe-too
cd /; ${LIST}`;

test('apt, dpkg, useradd, su and chown in a Debian root: one layer, whoever runs it', (t) => {
  if (process.getuid?.() !== 0) return t.skip('not run: root is missing');
  const absent = ['dpkg-deb', 'newuidmap', 'umoci', 'setpriv'].filter((name) => !has(name));
  if (absent.length > 0) return t.skip(`not run: ${absent.join(', ')} is missing`);
  const base = debianBase();
  if ('missing' in base) return t.skip(`not run: ${base.missing}`);
  const bench = new DebianBench(t, base.archive);
  bench.makePackage();
  const first = bench.run('root', SCRIPT);
  assert.equal(first.exitCode, 0, first.output);
  assert.match(first.output, /^uid=1000\(alice\) gid=1000\(alice\) groups=1000\(alice\),4\(adm\)\nprobe\n/m);
  assert.match(first.output, /^var\/lib\/probe\|d\|2750\|10\d:10\d$/m);
  assert.deepEqual(
    ['/etc/shadow', '/var/cache/ldconfig/aux-cache', '/var/log/dpkg.log'].filter(
      (path) => !first.scrubbed.includes(path),
    ),
    [],
  );
  assert.equal(bench.run('root', SCRIPT).layer.diffId, first.layer.diffId);
  const user = bench.run('user', SCRIPT);
  assert.equal(user.output, first.output);
  assert.equal(user.layer.diffId, first.layer.diffId);

  const scrubbed = new Set(first.scrubbed.map((path) => path.slice(1)));
  const isKept = (line: string): boolean => !scrubbed.has(line.split('|')[0]!);
  const seen = first.output.split('\n').filter((line) => line.includes('|'));
  const unpacked = bench.unpacked([bench.base, first.layer.path]);
  assert.ok(seen.length > 5000);
  assert.deepEqual(unpacked.filter(isKept), seen.filter(isKept));

  const again = bench.run('user', 'apt-get install -y /run/probe.deb >/dev/null; dpkg --audit', [
    user.layer.path,
  ]);
  assert.equal(again.exitCode, 0, again.output);
});

/**
 * Images from Ubuntu's packages through the real command line and the machine's real apt, from an archive as Ubuntu lays out its own:
 * signed, all pockets in one place, packages compressed by zstd. It is served from here, since machines that test us may reach
 * none of Ubuntu's; its packages are ours. Not run, by name, where a tool is missing.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { missingTool, missingUnpacker } from '../src/debian/index.ts';
import { realHost } from '../src/host/index.ts';
import { Rig } from './e2e/rig.ts';

const host = realHost();
const missing = missingTool(host) ?? missingUnpacker(host, '/usr/bin:/bin');
const absent = ['gpg', 'dpkg-deb', 'unshare'].filter(
  (name) => !host.processes.which(name, '/usr/sbin:/usr/bin:/sbin:/bin'),
);
const skip = missing
  ? `not run: ${missing.message}`
  : absent.length > 0
    ? `not run: ${absent.join(', ')} is missing`
    : process.getuid?.() !== 0 && 'not run: needs root, to have a key of its own in a mount namespace';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  readonly file: string;
}

/** Of one suite: its components with their packages. */
type Suite = Readonly<Record<string, readonly Package[]>>;

/** Two releases; a pocket replaces what the release had. */
const SUITES: Readonly<Record<string, Suite>> = {
  jammy: {
    main: [{ name: 'libtiny', version: '1.0-1ubuntu1', file: 'usr/lib/tiny' }],
    universe: [{ name: 'tiny', version: '2.0', depends: 'libtiny (>= 1.0)', file: 'bin/tiny' }],
  },
  'jammy-updates': {
    main: [{ name: 'libtiny', version: '1.0-1ubuntu1.1', file: 'usr/lib/tiny' }],
    universe: [],
  },
  'jammy-security': {
    main: [{ name: 'libtiny', version: '1.0-1ubuntu1.2', file: 'usr/lib/tiny' }],
    universe: [],
  },
  noble: {
    main: [{ name: 'libtiny', version: '3.0', file: 'usr/lib/tiny' }],
    universe: [{ name: 'tiny', version: '4.0', depends: 'libtiny', file: 'usr/bin/tiny' }],
  },
  'noble-updates': { main: [], universe: [] },
  'noble-security': { main: [], universe: [] },
};

class Archive {
  readonly #root: string;
  readonly #gpg: readonly string[];

  constructor(root: string) {
    this.#root = root;
    const home = join(root, 'gpg');
    mkdirSync(home, { mode: 0o700 });
    this.#gpg = ['gpg', '--homedir', home, '--batch', '--yes', '--quiet', '--pinentry-mode', 'loopback'];
    this.#run([
      ...this.#gpg,
      '--passphrase',
      '',
      '--quick-gen-key',
      'Archive <a@example.test>',
      'ed25519',
      'sign',
      'never',
    ]);
    mkdirSync(join(root, 'keyrings'));
    this.#run([...this.#gpg, '--output', join(root, 'keyrings/ubuntu-archive-keyring.gpg'), '--export']);
    for (const [suite, components] of Object.entries(SUITES)) this.#publish(suite, components);
    this.#run(['gpgconf', '--homedir', home, '--kill', 'all']);
  }

  #run(argv: readonly string[]): void {
    const { status, stderr } = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }

  #write(path: string, content: string): void {
    mkdirSync(dirname(join(this.#root, path)), { recursive: true });
    writeFileSync(join(this.#root, path), content);
  }

  #publish(suite: string, components: Suite): void {
    const indexes = Object.entries(components).map(([component, packages]) => {
      const path = `${component}/binary-${ARCHITECTURE}/Packages`;
      this.#write(`ubuntu/dists/${suite}/${path}`, packages.map((each) => this.#stanza(each)).join('\n'));
      return path;
    });
    const sums = indexes.map((path) => ` ${this.#sum(`ubuntu/dists/${suite}/${path}`)} ${path}`);
    const release = {
      Origin: 'Ubuntu',
      Suite: suite,
      Codename: suite.replace(/-.*/, ''),
      Date: new Date().toUTCString().replace('GMT', 'UTC'),
      Architectures: ARCHITECTURE,
      Components: Object.keys(components).join(' '),
      SHA256: `\n${sums.join('\n')}`,
    };
    const text = Object.entries(release).map(([key, value]) => `${key}: ${value}\n`);
    this.#write(`ubuntu/dists/${suite}/Release`, text.join(''));
    const folder = join(this.#root, 'ubuntu/dists', suite);
    this.#run([...this.#gpg, '--clearsign', '--output', join(folder, 'InRelease'), join(folder, 'Release')]);
  }

  #sum(path: string): string {
    const full = join(this.#root, path);
    return `${createHash('sha256').update(readFileSync(full)).digest('hex')} ${statSync(full).size}`;
  }

  /** Packs it by zstd, as Ubuntu does. */
  #stanza({ name, version, depends, file }: Package): string {
    const work = `work/${name}_${version}`;
    const pool = `pool/${name}_${version}_${ARCHITECTURE}.deb`;
    const control = [
      `Package: ${name}\nVersion: ${version}\nArchitecture: ${ARCHITECTURE}`,
      'Maintainer: us <us@example.test>\nDescription: a test',
      ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    ].join('\n');
    this.#write(`${work}/DEBIAN/control`, `${control}\n`);
    this.#write(`${work}/${file}`, `${name} ${version}\n`);
    mkdirSync(join(this.#root, 'ubuntu/pool'), { recursive: true });
    this.#run([
      'dpkg-deb',
      '-Zzstd',
      '--root-owner-group',
      '--build',
      join(this.#root, work),
      join(this.#root, 'ubuntu', pool),
    ]);
    const [sha256, size] = this.#sum(`ubuntu/${pool}`).split(' ');
    return `${control}\nFilename: ${pool}\nSize: ${size}\nSHA256: ${sha256}\n`;
  }

  /** The address of its mirror. */
  async serve(t: TestContext): Promise<string> {
    const server = createServer((request, response) => {
      const path = join(this.#root, decodeURIComponent(request.url ?? ''));
      try {
        response.end(readFileSync(path));
      } catch {
        response.writeHead(404).end();
      }
    }).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ubuntu`;
  }
}

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : 'arm64';
const MIRROR = ARCHITECTURE === 'amd64' ? 'MOBILEOPS_UBUNTU_MIRROR' : 'MOBILEOPS_UBUNTU_PORTS_MIRROR';

function description(from: string): string {
  return `apiVersion: build.mobileops.io/v1
kind: ImageBuild
metadata: {name: demo}
spec:
  from: ${from}
  components: [main, universe]
  packages: [tiny]
  scripts: none
  essential: false
`;
}

const RELEASES: readonly (readonly [from: string, versions: readonly string[]])[] = [
  ['ubuntu:22.04', ['libtiny 1.0-1ubuntu1.2', 'tiny 2.0']],
  ['ubuntu:noble', ['libtiny 3.0', 'tiny 4.0']],
];

test('images of Ubuntu’s packages, by number and by name', { skip }, async (t) => {
  await using rig = new Rig();
  const archive = new Archive(rig.folder);
  const env = { [MIRROR]: await archive.serve(t) };
  const own = `mount --bind ${join(rig.folder, 'keyrings')} /usr/share/keyrings && exec "$@"`;
  const around = ['unshare', '--mount', 'sh', '-c', own, 'sh'];
  for (const [from, versions] of RELEASES) {
    rig.write('docker/demo.yaml', description(from));
    const locked = await rig.run(['deps', 'lock'], { env, around });
    assert.equal(locked.code, 0, locked.output);
    const built = await rig.run(['build', 'image:demo'], { env, around });
    assert.equal(built.code, 0, built.output);
    const blob = (digest: string): string => rig.path('dist/images/demo/blobs/sha256', digest.slice(7));
    const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
    const { digest } = json(rig.path('dist/images/demo/index.json')).manifests[0];
    const layers = json(blob(digest)).layers as { digest: string }[];
    const tar = (...words: readonly string[]): string =>
      spawnSync('tar', [...words, '-f', blob(layers.at(-1)!.digest)], { encoding: 'utf8' }).stdout;
    const status = tar('-xO', 'var/lib/dpkg/status');
    const found = [...status.matchAll(/^Package: (\S+)\n[\s\S]*?^Version: (\S+)$/gm)];
    assert.deepEqual(found.map(([, name, version]) => `${name} ${version}`).sort(), versions);
    assert.match(tar('-xO', 'usr/bin/tiny'), /^tiny [24]\.0\n$/);
  }
  rig.write('docker/demo.yaml', description('ubuntu:22.04').replace('[tiny]', '[libtiny]'));
  const believed = await rig.run(['deps', 'lock'], { env });
  assert.match(
    believed.output,
    /error\[debian\/(?:no-keyring|unsigned)\]/,
    'not with the keys of this machine',
  );
});

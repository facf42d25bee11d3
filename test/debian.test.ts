/** Images from packages with the machine's real apt and mirror; not run, by name, where those are missing. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Diagnostic, digestOf, type Result, renderDiagnostic } from '../src/base/index.ts';
import {
  bootstrapRoot,
  CONFIGURE_ENVIRONMENT,
  CONFIGURE_LEAVINGS,
  configureScript,
  fetchPackages,
  type LockedRoot,
  layerTar,
  leafRoot,
  lockPackages,
  missingTool,
  type PackageRequest,
  parseLockedRoot,
  type RootTree,
} from '../src/debian/index.ts';
import { type Host, realHost } from '../src/host/index.ts';

const NEWEST = 1_790_000_000;
const REQUEST: PackageRequest = {
  distribution: 'debian',
  suite: 'bookworm',
  components: ['main'],
  architecture: 'amd64',
  packages: ['base-passwd', 'busybox', 'ca-certificates', 'netbase'],
  essential: false,
  updates: true,
};

interface Bench {
  readonly root: string;
  readonly host: Host;
  readonly options: { readonly host: Host; readonly directory: string; readonly signal: AbortSignal };
}

/** What apt knows of the machine's mirror, so that it is asked for the indexes once. */
const indexes = mkdtempSync(join(tmpdir(), 'mobileops-indexes-'));
after(() => rmSync(indexes, { recursive: true, force: true }));

/** In a folder of the test; with `variables` added to the environment, where another mirror may stand, caches are its own too. */
function bench(t: TestContext, variables?: Readonly<Record<string, string>>): Bench {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-debian-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const real = realHost();
  const host = { ...real, env: { ...real.env, variables: { ...real.env.variables, ...variables } } };
  const directory = variables ? join(root, 'cache') : indexes;
  return { root, host, options: { host, directory, signal: t.signal } };
}

const said = (problems: readonly Diagnostic[]): string =>
  problems.map((each) => renderDiagnostic(each)).join('\n');

function value<T>(result: Result<T, readonly Diagnostic[]>): T {
  assert.ok(result.ok, result.ok ? '' : said(result.failure));
  return result.value;
}

/** Not a fault of ours, but of the machine that the test is on. */
const NOT_TO_BE_HAD = ['debian/no-apt', 'debian/no-keyring', 'debian/no-mirror', 'debian/network'];

/** The lock, or `undefined` after the test was told to be not run. */
async function locked(
  t: TestContext,
  { options }: Bench,
  request: PackageRequest,
): Promise<LockedRoot | undefined> {
  const missing = missingTool(options.host);
  if (missing) return t.skip(`not run: ${missing.message}`) as undefined;
  const result = await lockPackages(request, options);
  if (!result.ok && result.failure.some(({ code }) => NOT_TO_BE_HAD.includes(code))) {
    return t.skip(`not run: ${result.failure[0]?.message.split('\n')[0]}`) as undefined;
  }
  return value(result);
}

function packagesIn({ root, options }: Bench) {
  return { ...options, packagesDirectory: join(root, 'packages'), renewCommand: 'mobileops deps lock' };
}

async function writeLayer({ host, root }: Bench, tree: RootTree, name: string): Promise<string> {
  const path = join(root, `${name}.tar`);
  writeFileSync(path, '');
  for await (const chunk of layerTar(tree.entries(), { fs: host.fs })) appendFileSync(path, chunk);
  return path;
}

test('a leaf image of real packages is the same twice, and dpkg sees what is in it', async (t) => {
  const here = bench(t);
  const lock = await locked(t, here, REQUEST);
  if (!lock) return;
  assert.deepEqual(parseLockedRoot(JSON.parse(JSON.stringify(lock))), lock);
  assert.doesNotMatch(JSON.stringify(lock), /:\/\//, 'no address is locked');
  assert.deepEqual(
    value(await lockPackages({ ...REQUEST, packages: [...REQUEST.packages].reverse() }, here.options)),
    lock,
  );
  value(await fetchPackages(lock, packagesIn(here)));
  const layers: string[] = [];
  for (const name of ['one', 'two']) {
    const tree = await leafRoot(lock, {
      ...packagesIn(here),
      directory: join(here.root, name),
      newestAt: NEWEST,
      additions: {
        users: [{ name: 'app', uid: 1000, home: '/home/app' }],
        paths: [{ type: 'directory', path: '/srv/app', owner: 'app', mode: 0o2750 }],
      },
    });
    layers.push(await writeLayer(here, value(tree), name));
  }
  assert.deepEqual(...(layers.map((path) => digestOf(readFileSync(path))) as [unknown, unknown]));
  const listed = execFileSync('tar', ['--numeric-owner', '-tvf', layers[0]!], { encoding: 'utf8' });
  assert.match(listed, /^lrwxrwxrwx 0\/0 .* bin -> usr\/bin$/m);
  assert.match(listed, /^-rwxr-xr-x 0\/0 .* usr\/bin\/busybox$/m);
  assert.match(listed, /^drwxr-s--- 1000\/0 .* srv\/app\/$/m);
  assert.match(listed, /^drwxrwsr-x 0\/50 |var\/lib\/dpkg\/status$/m);
  const rootfs = join(here.root, 'rootfs');
  mkdirSync(rootfs);
  execFileSync('tar', ['--no-same-owner', '-xf', layers[0]!, '-C', rootfs]);
  const format = '-f=${db:Status-Abbrev}${Package} ${Version}\\n';
  const shown = execFileSync('dpkg-query', [`--root=${rootfs}`, '-W', format], { encoding: 'utf8' });
  assert.deepEqual(
    shown.trim().split('\n').sort(),
    lock.locked.map(({ name, version }) => `iU ${name} ${version}`).sort(),
  );
  assert.equal(execFileSync('dpkg', [`--root=${rootfs}`, '--verify'], { encoding: 'utf8' }), '');
  assert.match(readFileSync(join(rootfs, 'etc/passwd'), 'utf8'), /^app:\*:1000:1000::\/home\/app:/m);
  assert.match(
    readFileSync(join(rootfs, 'etc/ssl/certs/ca-certificates.crt'), 'utf8'),
    /^-----BEGIN CERTIFICATE-----\n/,
  );
});

/** Answers `paths` with bytes and all else with 404; the address without a `/` at the end. */
async function serve(t: TestContext, paths: (path: string) => Uint8Array | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const bytes = paths(new URL(request.url ?? '/', 'http://x').pathname);
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const DIRECT = { http_proxy: '', HTTP_PROXY: '', no_proxy: '127.0.0.1' };

test('an index that somebody changed, or did not sign, is not believed', async (t) => {
  const here = bench(t);
  if (!(await locked(t, here, REQUEST))) return;
  const lists = join(indexes, 'apt/debian_bookworm_main_amd64/state/lists');
  const name = readdirSync(lists).find((each) => each.endsWith('_bookworm_InRelease'));
  const real = readFileSync(join(lists, name!), 'utf8');
  const unsigned = real.replace(/^[\s\S]*?\n\n/, '').replace(/-----BEGIN PGP SIGNATURE[\s\S]*$/, '');
  for (const [what, file, text] of [
    ['changed', 'InRelease', real.replace('Codename: bookworm', 'Codename: bookvorm')],
    ['unsigned', 'Release', unsigned],
  ] as const) {
    const mirror = await serve(t, (path) =>
      path.startsWith('/debian/dists/bookworm') && path.endsWith(`/${file}`) ? Buffer.from(text) : undefined,
    );
    const other = bench(t, { ...DIRECT, MOBILEOPS_DEBIAN_MIRROR: `${mirror}/debian` });
    const result = await lockPackages(REQUEST, other.options);
    assert.ok(!result.ok, what);
    assert.deepEqual(
      result.failure.map(({ code }) => code),
      ['debian/unsigned'],
      said(result.failure),
    );
  }
});

test('a version that the mirror dropped, and one that it changed, are told apart', async (t) => {
  const here = bench(t);
  const lock = await locked(t, here, REQUEST);
  if (!lock) return;
  const wrong = lock.locked.find(({ name }) => name === 'netbase')!;
  const mirror = await serve(t, (path) =>
    path.endsWith(wrong.path) ? Buffer.alloc(wrong.sizeBytes, 'x') : undefined,
  );
  const other = bench(t, { ...DIRECT, MOBILEOPS_DEBIAN_MIRROR: `${mirror}/debian` });
  const result = await fetchPackages(lock, packagesIn(other));
  assert.ok(!result.ok);
  const codes = result.failure.map(({ code }) => code);
  assert.equal(codes.filter((code) => code === 'debian/wrong-content').length, 1, said(result.failure));
  assert.equal(codes.filter((code) => code === 'debian/dropped-version').length, lock.locked.length - 1);
  assert.match(said(result.failure), /help: `mobileops deps lock` locks the version that is there now/);
  assert.deepEqual(readdirSync(join(other.root, 'packages')), []);
  value(await fetchPackages(lock, { ...packagesIn(here), packagesDirectory: join(other.root, 'packages') }));
});

test('what dpkg-deb builds is read, however it is compressed', async (t) => {
  const here = bench(t);
  const missing = missingTool(here.host);
  if (missing) return t.skip(`not run: ${missing.message}`);
  const source = join(here.root, 'source');
  mkdirSync(join(source, 'DEBIAN'), { recursive: true });
  mkdirSync(join(source, 'usr/share/tiny'), { recursive: true });
  const control =
    'Package: tiny\nVersion: 1\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: x\n';
  writeFileSync(join(source, 'DEBIAN/control'), control);
  writeFileSync(join(source, `usr/share/tiny/${'long'.repeat(40)}`), 'y');
  writeFileSync(join(source, 'usr/share/tiny/large'), Buffer.alloc(3_000_000, 'abc'));
  const layers: unknown[] = [];
  for (const compression of ['xz', 'zstd', 'gzip', 'none']) {
    const file = join(here.root, 'tiny.deb');
    execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', source, file]);
    const { hash, sizeBytes } = digestOf(readFileSync(file));
    mkdirSync(join(here.root, 'packages'), { recursive: true });
    writeFileSync(join(here.root, 'packages', `${hash}.deb`), readFileSync(file));
    const own = {
      name: 'tiny',
      version: '1',
      architecture: 'all',
      archive: 'main',
      path: 'pool/tiny.deb',
    } as const;
    const lock: LockedRoot = {
      ...{ ...REQUEST, packages: ['tiny'], locked: [{ ...own, sizeBytes, sha256: hash }], bootstrap: [] },
      steps: [
        { do: 'unpack', packages: ['tiny'] },
        { do: 'configure', packages: ['tiny'] },
      ],
    };
    const directory = join(here.root, compression);
    const additions = { users: [], paths: [] };
    const tree = await leafRoot(lock, { ...packagesIn(here), directory, newestAt: 1, additions });
    layers.push(digestOf(readFileSync(await writeLayer(here, value(tree), compression))));
  }
  assert.deepEqual(layers.slice(1), layers.slice(0, -1));
});

/** Runs `script` as the container's first process would, in namespaces without a network; the exit code and what was said. */
function runInRoot(rootfs: string, { script, packages }: { script: string; packages: string }): string {
  writeFileSync(`${rootfs}.sh`, script);
  const env = Object.entries({ ...CONFIGURE_ENVIRONMENT, SOURCE_DATE_EPOCH: String(NEWEST) });
  const setUp = [
    'set -e; mount --make-rprivate /; mount --bind "$R" "$R"; mkdir "$R/.packages"; mount --bind "$P" "$R/.packages"',
    'mount -t proc proc "$R/proc"; mount -t tmpfs tmpfs "$R/dev"',
    'for d in null zero full random urandom tty; do : > "$R/dev/$d"; mount --bind /dev/$d "$R/dev/$d"; done',
    'cp "$R.sh" "$R/.script"; shift 2; exec chroot "$R" /usr/bin/env -i "$@" sh /.script',
  ];
  const argv = ['--mount', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child', 'sh', '-c'];
  const body = `R="$1"; P="$2"\n${setUp.join('\n')}`;
  const run = spawnSync(
    'unshare',
    [...argv, body, 'sh', rootfs, packages, ...env.map(([key, each]) => `${key}=${each}`)],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  rmSync(join(rootfs, '.script'), { force: true });
  if (existsSync(join(rootfs, '.packages'))) rmSync(join(rootfs, '.packages'), { recursive: true });
  return run.status === 0 ? '' : `exit ${run.status}\n${run.stdout.slice(-2000)}${run.stderr.slice(-2000)}`;
}

/** Every path with its kind, mode, owner and content; no link is followed, as they lead to the machine's own root. */
function contents(rootfs: string, below = ''): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(join(rootfs, below))) {
    const path = join(below, name);
    const full = join(rootfs, path);
    const stat = lstatSync(full);
    const content = stat.isFile()
      ? digestOf(readFileSync(full)).hash
      : stat.isSymbolicLink()
        ? readlinkSync(full)
        : '';
    found.set(path, [stat.mode.toString(8), stat.uid, stat.gid, content].join(' '));
    if (stat.isDirectory()) for (const [inner, each] of contents(rootfs, path)) found.set(inner, each);
  }
  return found;
}

test('maintainer scripts make the same configured root twice, but for what is listed', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('not run: only root may try it without id ranges');
  const here = bench(t);
  const lock = await locked(t, here, { ...REQUEST, packages: ['adduser'], essential: true });
  if (!lock) return;
  const fetching = packagesIn(here);
  value(await fetchPackages(lock, fetching));
  const roots: ReadonlyMap<string, string>[] = [];
  for (const name of ['one', 'two']) {
    const tree = await bootstrapRoot(lock, {
      ...fetching,
      directory: join(here.root, 'spool'),
      newestAt: NEWEST,
    });
    const layer = await writeLayer(here, value(tree), name);
    const rootfs = join(here.root, name);
    mkdirSync(rootfs);
    execFileSync('tar', ['--numeric-owner', '--same-owner', '-xpf', layer, '-C', rootfs]);
    const script = configureScript(lock, { packagesAt: '/.packages' });
    assert.equal(runInRoot(rootfs, { script, packages: fetching.packagesDirectory }), '');
    const shown = execFileSync(
      'dpkg-query',
      [`--root=${rootfs}`, '-W', '-f=${db:Status-Abbrev}${Package}\\n'],
      { encoding: 'utf8' },
    );
    assert.deepEqual(
      shown.trim().split('\n').sort(),
      lock.locked.map(({ name: each }) => `ii ${each}`).sort(),
    );
    assert.equal(execFileSync('dpkg', [`--root=${rootfs}`, '--verify'], { encoding: 'utf8' }), '');
    roots.push(contents(rootfs));
  }
  const [one, two] = roots as [ReadonlyMap<string, string>, ReadonlyMap<string, string>];
  const differing = [...new Set([...one.keys(), ...two.keys()])].filter(
    (path) => one.get(path) !== two.get(path),
  );
  const isListed = (path: string): boolean =>
    CONFIGURE_LEAVINGS.some((each) => path === each || (each.endsWith('/') && path.startsWith(each)));
  assert.deepEqual(
    differing.filter((path) => !isListed(path)),
    [],
  );
});

/** Images from packages through the real command line, with the machine's real apt and mirror; not run, by name, without them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { missingTool, missingUnpacker } from '../src/debian/index.ts';
import { realHost } from '../src/host/index.ts';
import { validateImage } from '../src/oci/index.ts';
import { openLayout } from '../src/tools/index.ts';
import { type Ended, Rig } from './e2e/rig.ts';

const host = realHost();
const missing = missingTool(host) ?? missingUnpacker(host, '/usr/bin:/bin');
const skip = missing
  ? `not run: ${missing.message}`
  : process.getuid?.() !== 0 && 'not run: needs root (as a user: test/container.test.ts)';

/** Not a fault of ours, but of the machine that the test is on. */
const NOT_TO_BE_HAD = /error\[(debian\/(?:no-keyring|no-mirror|network))\] (.*)/;

const HEAD = 'apiVersion: build.mobileops.io/v1\nkind: ImageBuild\n';
const OWN = `  users:
    - {name: app, uid: 1000, home: /home/app}
  paths:
    - {type: directory, path: /srv/app, owner: app, mode: "2750"}
    - {type: file, path: /etc/app.conf, source: app.conf}
`;
const LEAF = `${HEAD}metadata: {name: leaf}
spec:
  from: debian:bookworm
  packages: [base-passwd, busybox, netbase]
  scripts: none
  essential: false
${OWN}  user: app
  entrypoint: [busybox, sh]
`;
const BASE = `${HEAD}metadata: {name: base}\nspec:\n  from: debian:bookworm\n  packages: [netbase]\n${OWN}`;
const TOP = `FROM mobileops-base:latest
RUN test -z "$(dpkg --audit)" && test -z "$(dpkg --verify)" && test "$(stat -c %U:%a /srv/app)" = app:2750 \\
  && dpkg-query -W -f='\${db:Status-Abbrev}\${Package}\\n' > /packages
COPY app.conf /top.conf
`;

function workspace(): Rig {
  const rig = new Rig();
  rig.write('docker/leaf.yaml', LEAF);
  rig.write('docker/base.yaml', BASE);
  rig.write('docker/Dockerfile.top', TOP);
  rig.write('app.conf', 'a=1\n');
  return rig;
}

/** Ids of the actions that ran, without what only puts tags. */
function ran({ events }: Ended): string[] {
  return events
    .filter(({ type }) => type === 'action.started')
    .map(({ payload }) => String(payload.id))
    .filter((id) => !id.endsWith('#tag'))
    .sort();
}

interface Layout {
  readonly digest: string;
  /** Blobs, the lowest first. */
  readonly layers: readonly string[];
}

function layoutOf(rig: Rig, name: string): Layout {
  const blob = (digest: string): string => rig.path(`dist/images/${name}/blobs/sha256`, digest.slice(7));
  const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  const { digest } = json(rig.path(`dist/images/${name}/index.json`)).manifests[0];
  const layers = json(blob(digest)).layers as { digest: string }[];
  return { digest, layers: layers.map((each) => blob(each.digest)) };
}

function inTar(layer: string, ...words: readonly string[]): string {
  return spawnSync('tar', ['--numeric-owner', ...words, '-f', layer], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  }).stdout;
}

/** Whether the machine could lock. */
async function lock(t: TestContext, rig: Rig): Promise<boolean> {
  const locked = await rig.run(['deps', 'lock']);
  const [, , why] = NOT_TO_BE_HAD.exec(locked.output) ?? [];
  if (why !== undefined) t.skip(`not run: ${why}`);
  else assert.equal(locked.code, 0, locked.output);
  return why === undefined;
}

test('images from packages are built, carry a RUN, and are the same from two stores', {
  skip,
}, async (t) => {
  await using one = workspace();
  await using other = workspace();
  if (!(await lock(t, one))) return;
  copyFileSync(one.path('mobileops.lock'), other.path('mobileops.lock'));
  const [ended, again] = await Promise.all([one.build(), other.run(['build', 'image:base', 'image:leaf'])]);
  const ofPackages = [
    'image:base#bootstrap',
    'image:base#configure',
    'image:base#finish',
    'image:leaf#unpack',
  ];
  assert.deepEqual(ran(ended), [...ofPackages, 'image:top#stage0-part0', 'image:top#stage0-run0']);
  assert.deepEqual(ran(again), ofPackages);
  for (const name of ['base', 'leaf'] as const)
    assert.equal(layoutOf(one, name).digest, layoutOf(other, name).digest, name);
  for (const name of ['base', 'leaf', 'top']) {
    assert.deepEqual(await validateImage(openLayout(host.fs, one.path(`dist/images/${name}`))), []);
  }
  checkLeaf(layoutOf(one, 'leaf'));
  checkBase(layoutOf(one, 'base'), layoutOf(one, 'top'));
  one.write('docker/base.yaml', BASE.replace('uid: 1000', 'uid: 1001'));
  assert.deepEqual(ran(await one.run(['build', 'image:base'])), ['image:base#finish']);
});

function checkLeaf({ layers }: Layout): void {
  assert.equal(layers.length, 1);
  const listed = inTar(layers[0]!, '-tvz');
  assert.match(listed, /^-rwxr-xr-x 0\/0 .* usr\/bin\/busybox$/m);
  assert.match(listed, /^drwxr-s--- 1000\/0 .* srv\/app\/$/m);
  const status = inTar(layers[0]!, '-xOz', 'var/lib/dpkg/status');
  assert.match(status, /^Package: busybox\nStatus: install ok unpacked$/m);
}

/** The base has no file that tells of its making, and its packages are installed. */
function checkBase(base: Layout, top: Layout): void {
  const names = base.layers.flatMap((layer) => inTar(layer, '-tz').split('\n'));
  const odd = names.filter((name) =>
    /^(run\/mobileops|var\/log\/dpkg\.log|etc\/(passwd|group|shadow)-$|etc\/machine-id)|\.wh\./.test(name),
  );
  assert.deepEqual(odd, []);
  const listed = top.layers.map((layer) => inTar(layer, '-xOz', 'packages')).join('');
  assert.match(listed, /^ii netbase$/m);
  assert.ok(
    listed.split('\n').every((line) => line === '' || line.startsWith('ii ')),
    listed,
  );
}

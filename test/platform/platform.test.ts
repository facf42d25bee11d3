/** Acceptance: the reference platform, built once, is taken by the tools that such artifacts are made for. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { missingModule, PEER_PYTHON } from '../peer-python.ts';
import { sha256 } from './compare-trees.ts';
import { imageTests } from './image-tests.ts';
import { Platform, tool } from './platform.ts';
import { webPageTests } from './web-page-tests.ts';

const platform = new Platform();
const scratch = mkdtempSync(join(tmpdir(), 'mobileops-accept-'));
after(() => {
  platform.end();
  rmSync(scratch, { recursive: true, force: true });
});
const obstacle = platform.start();
const dist = (...names: string[]): string => join(platform.dist, ...names);
const json = (...names: string[]) => JSON.parse(readFileSync(dist(...names), 'utf8'));

/** A test of what was built. */
function check(name: string, body: (t: TestContext) => void | Promise<void>): void {
  test(name, (t) => (obstacle === undefined ? body(t) : t.skip(`not run: ${obstacle}`)));
}

/** A test that builds again. */
function walk(name: string, body: () => void): void {
  check(name, (t) => {
    if (platform.given === undefined) return body();
    t.skip('not run: MOBILEOPS_PLATFORM_DIST was given, and no workspace');
  });
}

const IMAGES = ['ai', 'base', 'development', 'system', 'tools', 'web'];
walk('a clean build builds every target and counts its actions', () => {
  const { counts, targets, ran } = platform.first!;
  assert.equal(counts.failed, 0);
  assert.equal(counts.ran, ran.length);
  assert.deepEqual([...new Set(targets.map(({ status }) => status))], ['built']);
  const kinds = new Set(targets.map(({ label }) => label.replace(/:.*/, '')));
  assert.deepEqual([...kinds].sort(), ['app', 'component', 'image', 'scripts']);
});

check('apksigner verifies schemes 1, 2 and 3 of the app', (t) => {
  const text = tool(t, ['apksigner', 'verify', '-v', dist('mobile', 'hybrid.apk')]);
  if (text === undefined) return;
  for (const scheme of ['v1', 'v2', 'v3']) assert.match(text, new RegExp(`${scheme} scheme \\(.*\\): true`));
  assert.match(text, /^Number of signers: 1$/m);
});

check('aapt2 reads what the app says of itself', (t) => {
  const text = tool(t, ['aapt2', 'dump', 'badging', dist('mobile', 'hybrid.apk')]);
  if (text === undefined) return;
  assert.match(text, /^package: name='com\.mobileops\.platform' versionCode='\d+' versionName='1\.0\.0' /m);
  assert.match(text, /^sdkVersion:'21'$/m);
  assert.match(text, /^targetSdkVersion:'34'$/m);
  assert.match(text, /^application-label:'MobileOps'$/m);
  assert.match(text, /^launchable-activity: name='com\.mobileops\.platform\.MainActivity'/m);
});

const APKS: Readonly<Record<string, string>> = {
  'hybrid.apk': 'com.mobileops.platform',
  'hybrid-universal.apk': 'com.mobileops.platform',
  'status-dev-debug.apk': 'com.mobileops.status.debug',
  'status-prod-release.apk': 'com.mobileops.status',
  'status-prod-release-universal.apk': 'com.mobileops.status',
};

check('every APK that is built is one of these', () => {
  const built = readdirSync(dist('mobile')).filter((name) => name.endsWith('.apk'));
  assert.deepEqual(built.sort(), Object.keys(APKS).sort());
});

for (const [name, applicationId] of Object.entries(APKS)) {
  check(`apksigner and androguard take ${name}`, async (t) => {
    const text = tool(t, ['apksigner', 'verify', '-v', dist('mobile', name)]);
    if (text === undefined) return;
    for (const scheme of ['v2', 'v3']) assert.match(text, new RegExp(`${scheme} scheme \\(.*\\): true`));
    const missing = missingModule('androguard');
    await t.test('androguard', { skip: missing }, () => {
      const argv = [PEER_PYTHON, '-c', ANDROGUARD, dist('mobile', name)];
      assert.deepEqual(JSON.parse(tool(t, argv)!), [applicationId, '1.0.0', true]);
    });
  });
}

const ANDROGUARD = `
import json, sys
from loguru import logger
logger.remove()
from androguard.core.apk import APK
a = APK(sys.argv[1])
print(json.dumps([a.get_package(), a.get_androidversion_name().split('-')[0], a.is_signed_v2() and a.is_signed_v3()]))
`;

for (const image of IMAGES) {
  check(`skopeo inspects image ${image} by both of its tags`, (t) => {
    for (const tag of ['latest', '1.0.0']) {
      const text = tool(t, ['skopeo', 'inspect', `oci:${dist('images', image)}:${tag}`]);
      if (text === undefined) return;
      const { Labels, Architecture, Layers, Os } = JSON.parse(text);
      assert.match(Labels['org.opencontainers.image.title'], /^MobileOps /);
      assert.deepEqual([Os, Architecture, Layers.length > 0], ['linux', 'amd64', true]);
    }
  });
}

check('umoci unpacks image web, page and settings in it', (t) => {
  const [bundle, copy] = [join(scratch, 'web'), join(scratch, 'web-image')];
  // umoci takes no index of platforms.
  const from = `oci:${dist('images', 'web')}:latest`;
  if (tool(t, ['skopeo', 'copy', '--quiet', from, `oci:${copy}:latest`]) === undefined) return;
  if (tool(t, ['umoci', 'unpack', '--rootless', '--image', `${copy}:latest`, bundle]) === undefined) return;
  const inside = (path: string) => join(bundle, 'rootfs', path);
  assert.ok(existsSync(inside('etc/nginx/conf.d/default.conf')));
  for (const name of readdirSync(dist('mobile', 'webapp'), { recursive: true, encoding: 'utf8' })) {
    assert.ok(existsSync(inside(`opt/mobileops/webapp/${name}`)), name);
  }
});

check('the archive of scripts holds them sorted, executable, owned by nobody in particular', (t) => {
  const text = tool(t, ['tar', '--numeric-owner', '-tvzf', dist('mobileops-scripts-1.0.0.tar.gz')]);
  if (text === undefined) return;
  const lines = text.trim().split('\n');
  const names = lines.map((line) => line.split(' ').at(-1)!);
  assert.deepEqual(names, [...names].sort());
  for (const line of lines.filter((each) => !each.endsWith('/')))
    assert.match(line, /^-rwxr-xr-x 0\/0 .* 1980-01-01 /);
  const scripts = readdirSync(dist('scripts')).map((name) => `scripts/${name}`);
  assert.deepEqual(names, ['scripts/', ...scripts.sort()]);
});

check("build-info.json has the document's five keys, and true values", () => {
  const info = json('build-info.json');
  assert.deepEqual(Object.keys(info), ['buildId', 'version', 'timestamp', 'commit', 'branch']);
  assert.match(info.commit, /^[0-9a-f]{40}$/);
  assert.equal(info.buildId, `${info.timestamp.slice(0, 19).replace(/\D/g, '')}-${info.commit.slice(0, 12)}`);
  assert.match(info.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  assert.deepEqual([info.version, info.branch], ['1.0.0', platform.branch()]);
});

check("build-metrics.json has the document's shape, with checksums that are right", () => {
  const metrics = json('build-metrics.json');
  for (const key of [
    'build_id',
    'start_time',
    'components',
    'resources',
    'artifacts',
    'end_time',
    'total_duration',
  ])
    assert.ok(key in metrics, key);
  assert.equal(metrics.status, 'success');
  for (const entry of Object.values<Record<string, unknown>>(metrics.components)) {
    assert.deepEqual(Object.keys(entry).sort(), ['duration', 'end_time', 'start_time', 'status']);
    assert.equal(entry.status, 'success');
  }
  assert.deepEqual(Object.keys(metrics.resources).sort(), [
    'cpu_percent',
    'disk_usage',
    'memory_percent',
    'timestamp',
  ]);
  const { size, checksum } = metrics.artifacts['mobile/hybrid.apk'];
  assert.deepEqual(
    [size, checksum],
    [readFileSync(dist('mobile', 'hybrid.apk')).length, sha256(dist('mobile', 'hybrid.apk'))],
  );
});

webPageTests(check, dist('mobile', 'webapp'));
imageTests(check, platform);

/** What ran, by target: `component:ai-core` and how many of its actions. */
function ranByTarget(build: { readonly ran: readonly string[] }): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of build.ran) {
    const label = line.replace(/: .*/, '');
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

/** What ran, and for each target that should not have, what `why` says. */
function explained(ran: readonly string[], expected: Readonly<Record<string, number>>): string {
  const surprising = Object.keys(ranByTarget({ ran })).filter((label) => !(label in expected));
  const reasons = surprising.map((label) => platform.run(['why', label]).stdout);
  return [...ran, ...reasons].join('\n');
}

/** Builds and asks for exactly these actions, and that nothing is left to do afterwards. */
function expectRuns(expected: Readonly<Record<string, number>>, env: NodeJS.ProcessEnv = {}): void {
  const build = platform.build(env);
  assert.deepEqual(ranByTarget(build), expected, explained(build.ran, expected));
  assert.equal(build.counts.ran, build.ran.length);
  const again = platform.build(env);
  assert.deepEqual([again.ran, again.counts.cached], [[], 0]);
}

const source = (...names: string[]): string => join(platform.root, ...names);

/** Changes a file for the time of `body`. */
function edited(path: string, change: (text: string) => string, body: () => void): void {
  const before = readFileSync(path, 'utf8');
  assert.notEqual(change(before), before);
  writeFileSync(path, change(before));
  try {
    body();
  } finally {
    writeFileSync(path, before);
  }
}

walk('a second build has nothing to do', () => {
  expectRuns({});
});

walk('a deleted output comes back without an action', () => {
  const apk = dist('mobile', 'hybrid.apk');
  const [before, page] = [sha256(apk), sha256(dist('mobile', 'webapp', 'index.html'))];
  rmSync(apk);
  rmSync(dist('mobile', 'webapp'), { recursive: true });
  expectRuns({});
  assert.deepEqual([sha256(apk), sha256(dist('mobile', 'webapp', 'index.html'))], [before, page]);
});

walk('an output that somebody changed is put right without an action', () => {
  const archive = dist('mobileops-scripts-1.0.0.tar.gz');
  const before = sha256(archive);
  appendFileSync(archive, 'x');
  expectRuns({});
  assert.equal(sha256(archive), before);
});

walk('a touched file runs nothing', () => {
  const now = new Date();
  utimesSync(source('scripts', 'lib.sh'), now, now);
  expectRuns({});
});

walk(
  'a comment in C runs the steps of its component, and the image with its sources; reverted, nothing runs',
  () => {
    const header = source('components', 'ai-core', 'inference', 'src', 'report.h');
    edited(
      header,
      (text) => `${text}/* A comment. */\n`,
      () => expectRuns({ 'component:ai-core': 4, 'image:tools': 6 }),
    );
    expectRuns({});
  },
);

walk('a byte of a script runs what holds the script', () => {
  const script = source('scripts', 'lib.sh');
  const images = { 'image:base': 5, 'image:ai': 5, 'image:tools': 6, 'image:web': 6 };
  edited(
    script,
    (text) => `${text}# A comment.\n`,
    () => expectRuns({ scripts: 3, ...images }),
  );
  expectRuns({});
});

walk('a flipped bit in the store is found and only what made it runs', () => {
  const archive = dist('mobileops-scripts-1.0.0.tar.gz');
  const before = sha256(archive);
  const blob = join(platform.cache, 'cas', before.slice(0, 2), before);
  const file = openSync(blob, 'r+');
  writeSync(file, Buffer.from([readFileSync(blob)[20]! ^ 1]), 0, 1, 20);
  closeSync(file);
  assert.notEqual(sha256(blob), before);
  rmSync(archive);
  // Two artifacts are this very archive.
  expectRuns({ scripts: 2 });
  assert.deepEqual([sha256(archive), sha256(blob)], [before, before]);
});

walk('a variable that an action declares runs it; one that it does not runs nothing', () => {
  const declared = source('components', 'ai-core', 'build.yaml');
  const change = (text: string) => text.replace('OPENBLAS_NUM_THREADS: "1"', 'OPENBLAS_NUM_THREADS: "2"');
  edited(declared, change, () => expectRuns({ 'component:ai-core': 4, 'image:tools': 6 }));
  expectRuns({}, { OPENBLAS_NUM_THREADS: '2', MAKEFLAGS: '-n', NODE_OPTIONS: '--no-warnings', FOO: 'bar' });
});

walk('another version runs what carries it, and nothing else', () => {
  const tagged = Object.fromEntries(IMAGES.map((name) => [`image:${name}`, 1]));
  const apps = { 'app:webapp': 2, 'app:hybrid': 5, 'app:status': 16 };
  const packages = { 'component:clients': 2 };
  expectRuns({ ...apps, ...tagged, ...packages, 'image:web': 8 }, { BUILD_VERSION: '2.0.0' });
  expectRuns({});
});

walk('the tests of every component and of the page pass', () => {
  const result = platform.run(['test', 'all', '--json']);
  const { tests } = JSON.parse(result.stdout);
  assert.equal(result.status, 0, result.stderr);
  const kinds = tests.map(({ label, category }: Record<string, string>) => `${label} ${category}`).sort();
  const components = ['ai-core', 'network', 'plugins', 'security'].flatMap((name) =>
    ['integration', 'performance', 'unit'].map((category) => `component:${name} ${category}`),
  );
  const apps = ['app:status unit', 'app:webapp integration', 'app:webapp unit'];
  assert.deepEqual(kinds, [...apps, ...components, 'component:clients unit'].sort());
  // Another test may have run some with the same cache.
  const others = tests.filter(({ status }: Record<string, string>) => !['ran', 'cached'].includes(status!));
  assert.deepEqual(others, []);
});

walk('a release holds an archive whose checksum and manifest are right', (): void => {
  const result = platform.run(['release', 'v1.0.0', 'notes', '--unchecked', 'a test']);
  assert.equal(result.status, 0, result.stderr);
  const archive = dist('release', 'mobileops-1.0.0.tar.gz');
  const sum = sha256(archive);
  assert.equal(readFileSync(`${archive}.sha256`, 'utf8'), `${sum}  mobileops-1.0.0.tar.gz\n`);
  const manifest = json('release', 'mobileops-1.0.0-manifest.json');
  assert.equal(manifest.checksums.sha256, sum);
  assert.deepEqual([manifest.version, manifest.buildId], ['1.0.0', json('build-info.json').buildId]);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  changedTree,
  evaluate,
  listTree,
  type PlannedAction,
  type Tree,
  type TreeExpression,
  type TreeLeaf,
  treeFromFiles,
} from '../../action/index.ts';
import { digestOf } from '../../base/index.ts';
import type { AndroidSettings } from '../../config/index.ts';
import type { RuleContext, Toolchain, ToolName } from '../rule.ts';
import { fakeContext, located, mobileSpec } from '../testing.ts';
import { hybridRule } from './hybrid-rule.ts';

/** Runs the planned commands as they are, without a sandbox, where this machine has the tools. */

const ROOT = join(import.meta.dirname, '../../..');
const EXAMPLE = join(ROOT, 'examples/platform/mobile/hybrid');
const ANDROID: AndroidSettings = {
  applicationId: 'com.mobileops.platform',
  label: `@Tom & "Jerry's" <app> \\o/ 100% %s %d`,
  compileSdk: 34,
  minSdk: 21,
  targetSdk: 34,
  signing: { storeFile: located('keystore/debug.p12'), keyAlias: 'androiddebugkey', kind: 'debug' },
};
const SITE: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html><title>site</title>',
  'assets/app.js': 'export const answer = 42;'.repeat(50),
  'model.wasm': '\0asm\x01\0\0\0',
};

/** Where apktool's library keeps its build of the tool; Debian's is too old to make folders. */
const AAPT2 = 'prebuilt/linux/aapt2';

/** Blobs by hash; trees hold only digests. */
const blobs = new Map<string, Buffer>();

function store(content: Buffer | string): TreeLeaf {
  const bytes = Buffer.from(content);
  const digest = digestOf(bytes);
  blobs.set(digest.hash, bytes);
  return { digest, isExecutable: false };
}

function readTree(folder: string): Tree {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const leaves = files.map((each) => {
    const path = join(each.parentPath, each.name);
    return [relative(folder, path), store(readFileSync(path))] as const;
  });
  return treeFromFiles(new Map(leaves));
}

function writeTree(tree: Tree, folder: string): void {
  for (const entry of listTree(tree)) {
    assert.ok('digest' in entry);
    const path = join(folder, entry.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, blobs.get(entry.digest.hash)!);
  }
}

/** A file that the tests' own `mobileops prepare` fetched (see scripts/test.mjs), or `undefined`. */
function prepared(tool: string): string | undefined {
  const lock = JSON.parse(readFileSync(join(ROOT, 'examples/platform/mobileops.lock'), 'utf8'));
  const [file] = lock.tools[tool].files;
  const cache = process.env.MOBILEOPS_TEST_CACHE ?? join(ROOT, 'build-cache/test-cache');
  const path = join(cache, 'cas', file.sha256.slice(0, 2), file.sha256);
  return existsSync(path) ? path : undefined;
}

/** The tools look at a file's extension, which the store does not keep. */
function named(path: string, link: string): string {
  symlinkSync(path, link);
  return link;
}

function program(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

type Tools = Readonly<Partial<Record<ToolName, Readonly<Record<string, string>>>>>;

/** The tools of this machine, or the name of the one that is missing. */
function findTools(folder: string): Tools | string {
  const r8 = prepared('r8');
  const platform = prepared('android-platform');
  const apktool = prepared('aapt2');
  const javac = program('javac');
  if (!r8) return 'R8';
  if (!platform) return 'the Android 14 platform';
  if (!apktool) return 'aapt2';
  if (!javac) return 'a JDK';
  spawnSync('jar', ['xf', apktool, AAPT2], { cwd: folder });
  chmodSync(join(folder, AAPT2), 0o755);
  const home = spawnSync('java', ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
  return {
    r8: { jar: named(r8, join(folder, 'r8.jar')) },
    'android-platform': { jar: named(platform, join(folder, 'platform.jar')) },
    aapt2: { binary: join(folder, AAPT2) },
    java: { home: /java\.home = (.*)/.exec(home.stderr)![1]! },
  };
}

function toolchain(tools: Tools, name: ToolName): Toolchain {
  return { name, version: '1', mounts: [], path: [], env: {}, files: tools[name] ?? {} };
}

function contextOf(tools: Tools, version: string): RuleContext<ReturnType<typeof mobileSpec>> {
  const spec = mobileSpec({ rule: 'hybrid', site: located('app:web'), android: ANDROID });
  const tree = readTree(EXAMPLE);
  const site: TreeExpression = {
    kind: 'tree',
    tree: treeFromFiles(new Map(Object.entries(SITE).map(([path, text]) => [path, store(text)]))),
  };
  return {
    ...fakeContext({ spec, needs: ['app:web'], stamp: { version, buildNumber: 7 } }),
    sources: {
      digest: tree.digest,
      tree,
      paths: listTree(tree).map(({ path }) => path),
      readText: (path) =>
        existsSync(join(EXAMPLE, path)) ? readFileSync(join(EXAMPLE, path), 'utf8') : undefined,
    },
    toolchain: (name) => toolchain(tools, name),
    dependency: () => site,
    ownCommand: (name, number, args) => ({
      argv: [process.execPath, join(ROOT, 'src/tools/main.ts'), name, `v${number}`, ...args],
      programs: [],
      mounts: [],
    }),
  };
}

function run(action: PlannedAction, outputs: ReadonlyMap<string, Tree>, folder: string): Tree {
  const work = evaluate(action.work, {
    output: (id) => outputs.get(id)!,
    stored: () => undefined,
    literal: (content) => (store(content) as { digest: ReturnType<typeof digestOf> }).digest,
  });
  assert.ok(work.ok, `${action.id}: ${JSON.stringify(work)}`);
  mkdirSync(folder);
  writeTree(work.value, folder);
  const [command, ...args] = action.argv;
  const done = spawnSync(command!, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...action.env, TMPDIR: folder },
  });
  assert.equal(done.status, 0, `${action.id}: ${done.stderr}${done.stdout}${done.error ?? ''}`);
  assert.equal(done.stdout + done.stderr, '', `${action.id} prints nothing when all is well`);
  for (const path of action.outputs) assert.ok(existsSync(join(folder, path)), `${action.id} made ${path}`);
  const captured = listTree(readTree(folder)).filter(({ path }) =>
    action.outputs.some((output) => output === '' || path === output || path.startsWith(`${output}/`)),
  );
  return treeFromFiles(new Map(captured.map(({ path, ...leaf }) => [path, leaf])));
}

/** All outputs by action, made in a fresh folder. */
function build(tools: Tools, root: string, version: string): Map<string, Tree> {
  const plan = hybridRule(contextOf(tools, version));
  assert.deepEqual(plan.diagnostics, []);
  const outputs = new Map<string, Tree>();
  plan.actions.forEach((action, index) => {
    outputs.set(action.id, run(action, outputs, join(root, String(index))));
  });
  return outputs;
}

function apkOf(outputs: ReadonlyMap<string, Tree>): Buffer {
  const [entry] = listTree(outputs.get('app:demo#package')!);
  assert.ok(entry && 'digest' in entry);
  return blobs.get(entry.digest.hash)!;
}

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hybrid-build-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A part of the test that needs a program of the machine: skipped by name where it is missing. */
function inspect(t: TestContext, argv: readonly string[], look: (text: string) => void): Promise<void> {
  return t.test(`${argv[0]} accepts it`, (part) => {
    const { error, status, stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8' });
    if (error) return part.skip(`not run: ${argv[0]} is missing`);
    assert.equal(status, 0, `${argv.join(' ')}: ${stderr}${stdout}`);
    look(stdout);
  });
}

test('the example becomes an APK that Android accepts, with the same bytes in every folder', async (t) => {
  const folder = folderFor(t);
  const tools = findTools(folder);
  if (typeof tools === 'string') return t.skip(`not run: ${tools} is missing`);
  mkdirSync(join(folder, 'one'));
  mkdirSync(join(folder, 'another place'));
  const first = build(tools, join(folder, 'one'), '1.2.3');
  const second = build(tools, join(folder, 'another place'), '1.2.3');
  assert.deepEqual(apkOf(second), apkOf(first));

  const link = hybridRule(contextOf(tools, '2.0.0')).actions.find(({ id }) => id === 'app:demo#link')!;
  const linked = run(link, first, join(folder, 'relinked'));
  assert.deepEqual(
    listTree(changedTree(linked, first.get(link.id)!)).map(({ path }) => path),
    ['AndroidManifest.xml'],
    'another version changes the manifest alone, so no code is compiled again',
  );

  const apk = join(folder, 'app.apk');
  writeFileSync(apk, apkOf(first));

  await inspect(t, ['aapt2', 'dump', 'badging', apk], (badging) => {
    assert.match(badging, /^package: name='com\.mobileops\.platform' versionCode='7' versionName='1\.2\.3'/);
    assert.match(badging, /sdkVersion:'21'\s+targetSdkVersion:'34'/i);
    // badging writes quotes and backslashes with a backslash, as JSON does.
    assert.ok(badging.includes(`application-label:'${JSON.stringify(ANDROID.label).slice(1, -1)}'`), badging);
    assert.match(badging, /launchable-activity: name='com\.mobileops\.platform\.MainActivity'/);
    assert.match(badging, /application-icon-640:'res\/.*ic_launcher/);
    assert.match(badging, /uses-feature-not-required: name='android\.hardware\.touchscreen'/);
  });
  await inspect(t, ['zipalign', '-c', '-v', '4', apk], () => {});
  await inspect(t, ['dexdump', join(folder, 'one', '5', 'classes.dex')], (dump) =>
    assert.match(dump, /Lcom\/mobileops\/platform\/MainActivity;/),
  );
});

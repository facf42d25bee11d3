/** Builds the hybrid example as it is planned, without a sandbox, where this machine has the tools. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import {
  evaluate,
  listTree,
  type PlannedAction,
  type Tree,
  type TreeExpression,
  type TreeLeaf,
  treeFromFiles,
} from '../src/action/index.ts';
import { digestOf } from '../src/base/index.ts';
import type { AndroidSettings } from '../src/config/index.ts';
import { hybridRule } from '../src/rules/hybrid/hybrid-rule.ts';
import { hybridSources } from '../src/rules/hybrid/java/index.ts';
import type { RuleContext, Toolchain, ToolName } from '../src/rules/rule.ts';
import { fakeContext, located, mobileSpec } from '../src/rules/testing.ts';
import { preparedFiles, TEST_CACHE } from './prepared-tools.ts';

const ROOT = join(import.meta.dirname, '..');
const EXAMPLE = join(ROOT, 'examples/platform/mobile/hybrid');
export const ANDROID: AndroidSettings = {
  applicationId: 'com.mobileops.platform',
  label: `@Tom & "Jerry's" <app> \\o/ 100% %s %d`,
  compileSdk: 34,
  minSdk: 21,
  targetSdk: 34,
  deepLinks: ['https://example.org/app/', 'demo://open'],
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

function prepared(tool: string): string | undefined {
  const [file] = preparedFiles(tool);
  return file?.isThere ? join(TEST_CACHE, file.place) : undefined;
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

export type Tools = Readonly<Partial<Record<ToolName, Readonly<Record<string, string>>>>>;

/** The tools of this machine, or the name of the one that is missing. */
export function findTools(folder: string): Tools | string {
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

export function contextOf(tools: Tools, version: string): RuleContext<ReturnType<typeof mobileSpec>> {
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

export function run(action: PlannedAction, outputs: ReadonlyMap<string, Tree>, folder: string): Tree {
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
export function build(tools: Tools, root: string, version: string): Map<string, Tree> {
  const plan = hybridRule(contextOf(tools, version));
  assert.deepEqual(plan.diagnostics, []);
  const outputs = new Map<string, Tree>();
  plan.actions.forEach((action, index) => {
    outputs.set(action.id, run(action, outputs, join(root, String(index))));
  });
  return outputs;
}

export function apkOf(outputs: ReadonlyMap<string, Tree>): Buffer {
  const [entry] = listTree(outputs.get('app:demo#package')!);
  assert.ok(entry && 'digest' in entry);
  return blobs.get(entry.digest.hash)!;
}

const R = `public final class R {
  public static final class string { public static final int app_download_failed = 1; }
  public static final class color { public static final int app_background = 1; }
}
`;

/** The Java that an app of a site is given, with files of its own, compiled to `classes` in the folder. */
export function compileHybrid(
  { folder, platform }: { readonly folder: string; readonly platform: string },
  app: Parameters<typeof hybridSources>[0],
  own: Readonly<Record<string, string>>,
): void {
  const { applicationId } = app;
  const place = `java/${applicationId.replaceAll('.', '/')}`;
  const files = [
    ...hybridSources(app),
    { path: `${place}/R.java`, content: `package ${applicationId};\n${R}` },
    ...Object.entries(own).map(([name, content]) => ({ path: `${place}/${name}`, content })),
  ];
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const options = ['--release', '11', '-Xlint:-options', '-cp', platform, '-d', 'classes'];
  const argv = [...options, ...files.map(({ path }) => path)];
  const done = spawnSync('javac', argv, { cwd: folder, encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
}

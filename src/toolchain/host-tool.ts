import { posix } from 'node:path';
import { type Tree, treeFromFiles } from '../action/index.ts';
import type { Diagnostic } from '../base/index.ts';
import { findHostPython } from '../dependencies/index.ts';
import type { Host } from '../host/index.ts';
import type { Toolchain, ToolName } from '../rules/index.ts';
import { androidSdk, platformLevel, sdkPlatform } from './android-sdk.ts';
import { findJdk } from './find-jdk.ts';
import { type FoundTool, type HostToolOptions, missingTool } from './found-tool.ts';
import { hostTree } from './host-tree.ts';

/** A tool that the machine has, as the sandbox shows it: in /usr/bin, else its folder is brought to `/tools/<name>`. */
export async function hostTool(options: HostToolOptions, name: ToolName): Promise<FoundTool> {
  if (name === 'python') return pythonTool(options);
  if (name === 'java') return javaTool(options);
  if (name === 'xcode') return xcodeTool(options);
  if (name === 'fastlane') return fastlaneTool(options);
  if (name === 'android-sdk') return androidSdk(options);
  const level = platformLevel(name);
  if (level !== undefined) return sdkPlatform(options, name, level);
  return programTool(options, name);
}

const PACKAGES: Readonly<Partial<Record<ToolName, string>>> = {
  bash: 'bash',
  cc: 'gcc libc6-dev',
  make: 'make',
  python: 'python3',
  java: 'openjdk-17-jdk-headless',
};

/** Found by its name alone: which version it is stands in the visible root's part of the key. */
function programTool({ fs }: HostToolOptions, name: ToolName): FoundTool {
  const path = [`/usr/bin/${name}`, `/bin/${name}`].find((each) => fs.lstat(each) !== undefined);
  const watched = [`/usr/bin/${name}`];
  if (path === undefined) return missingTool(name, missing(name), watched);
  const toolchain = { name, version: 'host', mounts: [], path: [], env: {}, files: { [name]: path } };
  return { toolchain, problems: [], watched };
}

async function pythonTool(options: HostToolOptions): Promise<FoundTool> {
  const { host } = options;
  const python = await findHostPython(host);
  const watched = ['/usr/bin/python3', ...(python ? [python.path] : [])];
  if (!python) {
    const old = host.fs.lstat('/usr/bin/python3') !== undefined;
    return missingTool('python', old ? tooOld('python', 'Python 3.11') : missing('python'), watched);
  }
  if (python.path.startsWith('/usr/bin/')) {
    const files = { python: python.path };
    const toolchain = {
      name: 'python',
      version: python.version,
      mounts: [],
      path: [],
      env: {},
      files,
    } as const;
    return { toolchain, problems: [], watched };
  }
  const prefix = await pythonPrefix(options, python.path);
  const { tree, watched: files } = hostTree(options, prefix);
  const library = sharedLibrary(tree);
  const at = '/tools/python-library';
  const toolchain: Toolchain = {
    name: 'python',
    version: python.version,
    mounts: [
      { at: '/tools/python', tree: { kind: 'tree', tree }, access: 'read-only' },
      ...(library ? [{ at, tree: { kind: 'tree', tree: library }, access: 'read-only' } as const] : []),
    ],
    path: ['/tools/python/bin'],
    env: { PYTHONHOME: '/tools/python', ...(library ? { LD_LIBRARY_PATH: at } : {}) },
    files: { python: '/tools/python/bin/python3' },
  };
  return { toolchain, problems: [], watched: [...watched, ...files] };
}

/** Its program looks for this one where it was installed. Alone in a folder, so that no other library is taken for the system's. */
function sharedLibrary(tree: Tree): Tree | undefined {
  const lib = tree.directories.find(({ name }) => name === 'lib')?.tree;
  const found = (lib?.files ?? []).filter(({ name }) => /^libpython3\.\d+\.so\.[\d.]+$/.test(name));
  if (found.length === 0) return undefined;
  return treeFromFiles(
    new Map(found.map(({ name, digest, isExecutable }) => [name, { digest, isExecutable }])),
  );
}

/** A shim of a version switcher tells where the real one lies. */
async function pythonPrefix({ host }: HostToolOptions, path: string): Promise<string> {
  const argv = [path, '-I', '-c', 'import sys; print(sys.base_prefix)'];
  const output = await host.processes.run(argv, { env: host.env.variables });
  return Buffer.from(output.stdout).toString().trim();
}

function javaTool(options: HostToolOptions): FoundTool {
  const { host } = options;
  const found = findJdk(host);
  const watched = ['/usr/lib/jvm', ...(found.jdk ? [posix.join(found.jdk.home, 'release')] : [])];
  if (!found.jdk) {
    const problem = found.sawOlder ? tooOld('java', 'a JDK 17') : missing('java');
    return missingTool('java', problem, watched);
  }
  const { home, version, isShown } = found.jdk;
  const at = isShown ? home : '/tools/java';
  const outside = isShown ? undefined : hostTree(options, home);
  const toolchain: Toolchain = {
    name: 'java',
    version,
    mounts: outside ? [{ at, tree: { kind: 'tree', tree: outside.tree }, access: 'read-only' }] : [],
    path: [`${at}/bin`],
    env: { JAVA_HOME: at },
    files: { home: at, java: `${at}/bin/java`, javac: `${at}/bin/javac` },
  };
  return { toolchain, problems: [], watched: [...watched, ...(outside?.watched ?? [])] };
}

/** Only a Mac has Xcode. Which one it is stands in the environment of actions, so that another builds again. */
async function xcodeTool({ host }: HostToolOptions): Promise<FoundTool> {
  const { processes, env } = host;
  const program = env.platform === 'darwin' ? processes.which('xcodebuild', pathOf(host)) : undefined;
  const version = program && (await firstLines(host, [program, '-version']));
  const developer = program && (await firstLines(host, ['xcode-select', '-p']));
  if (!program || !version || !developer) return missingTool('xcode', noXcode(env.platform), []);
  const toolchain: Toolchain = {
    name: 'xcode',
    version,
    mounts: [],
    path: [posix.dirname(program)],
    env: { DEVELOPER_DIR: developer, XCODE_VERSION: version },
    files: { xcodebuild: program },
  };
  return { toolchain, problems: [], watched: [program, posix.join(developer, '../version.plist')] };
}

/** Its version stands in the environment of actions, too. */
async function fastlaneTool({ host }: HostToolOptions): Promise<FoundTool> {
  const { processes, env } = host;
  // Without a Mac, Xcode is what is missing: said once.
  if (env.platform !== 'darwin')
    return { ...missingTool('fastlane', noXcode(env.platform), []), problems: [] };
  const program = processes.which('fastlane', pathOf(host));
  const version = program && (await firstLines(host, [program, '--version']));
  if (!program || !version) {
    const problem = { ...missing('fastlane'), hint: 'install it: `brew install fastlane`' };
    return missingTool('fastlane', problem, []);
  }
  const toolchain: Toolchain = {
    name: 'fastlane',
    version,
    mounts: [],
    path: [posix.dirname(program)],
    env: { FASTLANE_VERSION: /\d+(\.\d+)+/.exec(version)?.[0] ?? version },
    files: { fastlane: program },
  };
  return { toolchain, problems: [], watched: [program] };
}

function pathOf({ env }: Pick<Host, 'env'>): string {
  return env.variables.PATH ?? '/usr/local/bin:/usr/bin:/bin';
}

/** What a program prints, in one line; `undefined` where it fails. */
async function firstLines(host: Host, argv: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await host.processes.run(argv, { env: host.env.variables });
  const text = Buffer.from(stdout)
    .toString()
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
  return code === 0 && text !== '' ? text : undefined;
}

function noXcode(platform: Host['env']['platform']): Diagnostic {
  return {
    code: 'toolchain/missing',
    severity: 'error',
    message:
      platform === 'darwin'
        ? 'Xcode is needed and was not found on this Mac'
        : 'an iOS app is built by Xcode, which runs on a Mac alone',
    hint:
      platform === 'darwin'
        ? 'install Xcode, and choose it: `xcode-select --switch /Applications/Xcode.app`'
        : 'build it on a Mac, or leave it out by naming the targets to build',
    cause: 'environment',
  };
}

function missing(name: ToolName): Diagnostic {
  return {
    code: 'toolchain/missing',
    severity: 'error',
    message: `${name === 'java' ? 'a JDK 17 or newer' : name} is needed and was not found on this machine`,
    hint: installHint(name),
    cause: 'environment',
  };
}

function tooOld(name: ToolName, needed: string): Diagnostic {
  return {
    code: 'toolchain/too-old',
    severity: 'error',
    message: `the ${name} of this machine is older than ${needed}`,
    hint: installHint(name),
    cause: 'environment',
  };
}

function installHint(name: ToolName): string {
  return `install it: \`apt-get install ${PACKAGES[name] ?? name}\``;
}

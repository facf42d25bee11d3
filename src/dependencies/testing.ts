import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { sha256 } from '../base/index.ts';
import { MemoryCas } from '../cas/index.ts';
import type { AndroidDependency, Located } from '../config/index.ts';
import type { Host } from '../host/index.ts';
import {
  type FakeCall,
  FakeClock,
  FakeProcesses,
  type FakeRun,
  fakeEnv,
  MemoryFileSystem,
  noHttp,
} from '../host/testing.ts';

/** For this module's tests: package indexes that exist only in the answers of scripted clients. */
export interface FakeIndexes {
  /** `name==version` to the bytes of its wheel. */
  readonly wheels?: Readonly<Record<string, string>>;
  /** `name==version` to its wheels' file names where it has not just a pure one; each holds its own name. */
  readonly builds?: Readonly<Record<string, readonly string[]>>;
  /** By name, the names that it asks for; in an answer only where they are asked for, too. */
  readonly wants?: Readonly<Record<string, readonly string[]>>;
  /** `name==version` to where it is taken. */
  readonly markers?: Readonly<Record<string, string>>;
  /** Whether the index tells no sizes. */
  readonly isSizeless?: boolean;
  /** `name@version` to the bytes of its tarball. */
  readonly tarballs?: Readonly<Record<string, string>>;
  /** `group:artifact:version` to the bytes of its jar. */
  readonly jars?: Readonly<Record<string, string>>;
  /** Answers before all others; `undefined` goes on to them. */
  readonly first?: (call: FakeCall) => FakeRun | undefined;
}

export interface FakeWorld {
  readonly host: Host;
  readonly fs: MemoryFileSystem;
  readonly processes: FakeProcesses;
  readonly cas: MemoryCas;
}

export const CACHE = '/home/tester/.cache/mobileops';

export interface FakeMachine {
  /** Node's word; x64 unless told. */
  readonly architecture?: string;
  /** `3.11` unless told. */
  readonly python?: string;
  readonly isMusl?: boolean;
  /** By name; npm, coursier and python3 unless told. */
  readonly programs?: Readonly<Record<string, string>>;
  /** `2.36`; unknown unless told. */
  readonly glibc?: string;
}

const PROGRAMS = { npm: '/usr/bin/npm', coursier: '/usr/bin/coursier', python3: '/usr/bin/python3' };

/** A machine with Python, npm and coursier, and nothing on its disk but a workspace at `/ws`. */
export function fakeWorld(
  indexes: FakeIndexes = {},
  files: Readonly<Record<string, string>> = {},
  machine: FakeMachine = {},
): FakeWorld {
  const { architecture = 'x64', python = '3.11', isMusl = false, glibc, programs = PROGRAMS } = machine;
  const system = {
    [`/usr/bin/python${python}`]: 'python',
    ...(isMusl ? { '/lib/ld-musl-x86_64.so.1': 'musl' } : {}),
    ...(glibc === undefined
      ? {}
      : { '/lib64/libc.so.6': `GNU C Library (fake) stable release version ${glibc}.` }),
  };
  const clock = new FakeClock();
  const fs = new MemoryFileSystem();
  for (const [path, content] of Object.entries({ ...system, ...files })) {
    fs.makeDirectory(posix.dirname(path));
    fs.writeFile(path, content);
  }
  fs.symlink(`python${python}`, '/usr/bin/python3');
  fs.makeDirectory('/lib');
  fs.makeDirectory('/ws');
  const run = (call: FakeCall): FakeRun | undefined => indexes.first?.(call) ?? answer(fs, indexes, call);
  const processes = new FakeProcesses({ programs, run });
  const host: Host = { fs, processes, clock, env: fakeEnv({ architecture }), http: noHttp };
  return { host, fs, processes, cas: new MemoryCas({ fs, root: '/store' }) };
}

export function located(value: string, path = 'build.yaml'): Located<string> {
  return { value, span: { file: { path, text: value }, start: 0, end: value.length } };
}

/** `implementation` of it, unless told. */
export function library(coordinate: string, more: Partial<AndroidDependency> = {}): AndroidDependency {
  const plain = { configuration: 'implementation', kind: 'module', isStrict: false, isAlone: false } as const;
  return { ...plain, coordinate: located(coordinate), exclude: [], ...more };
}

export function integrityOf(content: string): string {
  return `sha512-${createHash('sha512').update(content).digest('base64')}`;
}

export function wheelFile(spec: string): string {
  const [name, version] = spec.split('==');
  return `${name!.replaceAll('-', '_')}-${version}-py3-none-any.whl`;
}

function answer(fs: MemoryFileSystem, indexes: FakeIndexes, call: FakeCall): FakeRun | undefined {
  const { argv } = call;
  if (argv[0] === '/usr/bin/coursier') return coursier(fs, indexes, call);
  if (argv.includes('config')) return {};
  if (argv.includes('download')) return pipDownload(fs, indexes, call);
  if (argv.includes('zipfile')) return unpackUv(fs, call);
  if (argv.includes('compile')) return uvCompile(fs, indexes, call);
  if (argv.includes('-c')) return { stdout: Buffer.from(call.options.stdin as string) };
  if (argv[0] === '/usr/bin/npm') return npm(fs, indexes, call);
  return undefined;
}

function pipDownload(fs: MemoryFileSystem, indexes: FakeIndexes, call: FakeCall): FakeRun {
  const list = fs.readText(after(call, '--requirement'));
  for (const line of list.split('\n').filter((each) => each !== '')) {
    const [spec = '', ...hashes] = line.split(' ');
    const builds = indexes.builds?.[spec];
    const build = builds?.find((each) => hashes.includes(`--hash=sha256:${sha256(each)}`));
    const content = spec.startsWith('uv==') ? 'uv' : builds ? (build ?? '') : indexes.wheels?.[spec];
    if (content === undefined)
      return { code: 1, stderr: `ERROR: No matching distribution found for ${spec}` };
    const isRight = spec.startsWith('uv==') || hashes.includes(`--hash=sha256:${sha256(content)}`);
    if (!isRight) return { code: 1, stderr: 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES' };
    fs.writeFile(posix.join(after(call, '--dest'), build ?? wheelFile(spec)), content);
  }
  return {};
}

function unpackUv(fs: MemoryFileSystem, call: FakeCall): FakeRun {
  const version = /^uv-([\d.]+)-/.exec(call.argv.find((each) => each.endsWith('.whl')) ?? '')?.[1];
  const folder = posix.join(call.options.cwd!, `out/uv-${version}.data/scripts`);
  fs.makeDirectory(folder);
  fs.writeFile(posix.join(folder, 'uv'), 'uv');
  return {};
}

/** Takes the newest version of each asked name; the "TOML" that it writes is JSON, as the TOML reader is scripted too. */
function uvCompile(fs: MemoryFileSystem, indexes: FakeIndexes, call: FakeCall): FakeRun {
  const file = (name: string): string => posix.join(call.options.cwd!, name);
  const asked = fs
    .readText(file('requirements.in'))
    .split('\n')
    .filter((each) => each !== '');
  const packages: { name: string; version: string }[] = [];
  for (const line of asked) {
    const name = /^[\w.-]+/.exec(line)![0].toLowerCase();
    const { wheels = {}, builds = {}, markers = {}, isSizeless } = indexes;
    const known = Object.keys({ ...wheels, ...builds }).filter((each) => each.startsWith(`${name}==`));
    const newest = known.filter((each) => markers[each] === undefined).slice(-1);
    const specs = [...known.filter((each) => markers[each] !== undefined), ...newest];
    if (specs.length === 0)
      return {
        code: 1,
        stderr: `error: No solution found when resolving dependencies\n  cause: Because ${name} was not found`,
      };
    for (const spec of specs) {
      const files = builds[spec]?.map((each) => [each, each]) ?? [[wheelFile(spec), wheels[spec]!]];
      const more = {
        marker: markers[spec],
        wheels: files.map(([file, content = '']) => ({
          url: `index/${file}`,
          size: isSizeless ? undefined : content.length,
          hashes: { sha256: sha256(content) },
        })),
      };
      packages.push({ name, version: spec.slice(name.length + 2), ...more });
    }
  }
  fs.writeFile(file('pylock.toml'), JSON.stringify({ packages }));
  if (call.argv.includes('--annotation-style')) fs.writeFile(file('wants.txt'), annotated(packages, indexes));
  return {};
}

function annotated(
  packages: readonly { readonly name: string; readonly version: string }[],
  { wants = {} }: FakeIndexes,
): string {
  return packages
    .map(({ name, version }) => {
      const askers = Object.keys(wants).filter((asker) => wants[asker]!.includes(name));
      return `${name}==${version} # via ${[...askers, '-r requirements.in'].join(', ')}\n`;
    })
    .join('');
}

function npm(fs: MemoryFileSystem, indexes: FakeIndexes, call: FakeCall): FakeRun {
  const { argv } = call;
  const tarballs = indexes.tarballs ?? {};
  if (argv[1] === 'view') {
    const content = tarballs[argv[2]!];
    return content === undefined
      ? { code: 1, stderr: 'npm error code E404' }
      : { stdout: JSON.stringify(integrityOf(content)) };
  }
  if (argv[1] === 'install') {
    const packages = { '': JSON.parse(fs.readText(posix.join(call.options.cwd!, 'package.json'))) as object };
    fs.writeFile(
      posix.join(call.options.cwd!, 'package-lock.json'),
      JSON.stringify({ lockfileVersion: 3, packages }),
    );
    return {};
  }
  const specs = argv.slice(3, argv.indexOf('--ignore-scripts'));
  for (const spec of specs) {
    const content = tarballs[spec];
    if (content === undefined) return { code: 1, stderr: `npm error code E404 ${spec}` };
    const hex = createHash('sha512').update(content).digest('hex');
    const folder = `${after(call, '--cache')}/_cacache/content-v2/sha512/${hex.slice(0, 2)}/${hex.slice(2, 4)}`;
    fs.makeDirectory(folder);
    fs.writeFile(`${folder}/${hex.slice(4)}`, content);
  }
  return {};
}

function coursier(fs: MemoryFileSystem, indexes: FakeIndexes, call: FakeCall): FakeRun {
  const report = after(call, '--json-output-file');
  const asked = call.argv.slice(call.argv.indexOf(report) + 1).filter((each) => each !== '--intransitive');
  const dependencies: object[] = [];
  for (const coord of asked) {
    const content = indexes.jars?.[coord];
    if (content === undefined)
      return { code: 1, stderr: `Resolution error: Error downloading ${coord}\n  not found: somewhere` };
    const [group = '', artifact = '', version] = coord.split(':');
    const file = posix.join(after(call, '--cache'), group, artifact, `${artifact}-${version}.jar`);
    fs.makeDirectory(posix.dirname(file));
    fs.writeFile(file, content);
    dependencies.push({ coord, file });
  }
  fs.writeFile(report, JSON.stringify({ dependencies }));
  return {};
}

function after({ argv }: FakeCall, flag: string): string {
  return argv[argv.indexOf(flag) + 1]!;
}

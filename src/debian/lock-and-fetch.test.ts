import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, renderDiagnostic } from '../base/index.ts';
import {
  type FakeCall,
  FakeClock,
  FakeProcesses,
  type FakeRun,
  fakeEnv,
  MemoryFileSystem,
} from '../host/testing.ts';
import { fetchPackages } from './fetch-packages.ts';
import { lockPackages } from './lock-packages.ts';
import type { LockedRoot, PackageRequest } from './model.ts';

const REQUEST: PackageRequest = {
  distribution: 'debian',
  suite: 'bookworm',
  components: ['main'],
  architecture: 'amd64',
  packages: ['tiny'],
  essential: false,
  updates: true,
};
const BYTES = 'the package';
const { hash: SHA, sizeBytes: SIZE } = digestOf(BYTES);

const INDEX = `Package: tiny\nVersion: 1\nArchitecture: all\nEssential: yes\nFilename: pool/t/tiny_1+x_all.deb\nSize: ${SIZE}\nSHA256: ${SHA}\n`;

interface Machine {
  readonly sources?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly programs?: readonly string[];
  readonly keyring?: boolean;
  /** By the words of the command that tell it. */
  readonly answers?: Readonly<Record<string, FakeRun>>;
  readonly onRun?: (call: FakeCall, fs: MemoryFileSystem) => void;
}

const PROGRAMS = ['apt-get', 'apt-cache', 'apt-config', 'gpgv'];

function machine({
  sources,
  variables = {},
  programs = PROGRAMS,
  keyring = true,
  answers = {},
  onRun,
}: Machine) {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/etc/apt/sources.list.d');
  fs.makeDirectory('/usr/share/keyrings');
  fs.makeDirectory('/usr/lib/apt');
  fs.writeFile('/usr/lib/apt/apt-helper', '');
  if (keyring) fs.writeFile('/usr/share/keyrings/debian-archive-keyring.gpg', 'k');
  fs.writeFile('/etc/apt/sources.list', sources ?? 'deb http://user:secret@mirror.test/debian sid main\n');
  const standard: Readonly<Record<string, FakeRun>> = {
    dump: { stdout: 'Acquire::http::Proxy "http://proxy.test/";\nAPT::Default-Release "sid";\n' },
    '--simulate': { stdout: 'Inst tiny (1 D [all])\nConf tiny (1 D [all])\n' },
    '--print-uris': {
      stdout: `'http://user:secret@mirror.test/debian/pool/t/tiny_1%2bx_all.deb' tiny_1.deb ${SIZE} x\n`,
    },
    show: { stdout: INDEX },
  };
  const processes = new FakeProcesses({
    programs: Object.fromEntries(programs.map((name) => [name, `/usr/bin/${name}`])),
    run: (call) => {
      onRun?.(call, fs);
      const all = { ...standard, ...answers };
      const key = Object.keys(all).find((each) => call.argv.includes(each));
      return key === undefined ? {} : all[key]!;
    },
  });
  const env = fakeEnv({ variables: { PATH: '/usr/bin', HOME: '/home/x', ...variables } });
  const options = {
    host: { fs, processes, env, clock: new FakeClock() },
    directory: '/cache',
    signal: new AbortController().signal,
  };
  return { fs, processes, options };
}

async function lock(spec: Machine, request: Partial<PackageRequest> = {}): Promise<LockedRoot | string> {
  const result = await lockPackages({ ...REQUEST, ...request }, machine(spec).options);
  return result.ok ? result.value : result.failure.map((each) => renderDiagnostic(each)).join('\n');
}

test('a request is resolved, and what is locked names no mirror', async () => {
  const root = await lock({});
  assert.deepEqual(root, {
    ...REQUEST,
    locked: [
      {
        name: 'tiny',
        version: '1',
        architecture: 'all',
        archive: 'main',
        path: 'pool/t/tiny_1+x_all.deb',
        sizeBytes: SIZE,
        sha256: SHA,
        wants: [],
      },
    ],
    bootstrap: ['tiny'],
    steps: [
      { do: 'unpack', packages: ['tiny'] },
      { do: 'configure', packages: ['tiny'] },
    ],
  });
});

test('without updates the release alone is asked, in a place of its own', async () => {
  const { fs, options } = machine({});
  await lockPackages({ ...REQUEST, updates: false }, options);
  const sources = fs.readText('/cache/apt/debian_bookworm-alone_main_amd64/etc/sources.list');
  assert.match(sources, /^deb \[[^\]]*\] \S+ bookworm main\n$/);
});

test('apt has everything of its own but the way to the network', async () => {
  const { fs, processes, options } = machine({
    variables: { http_proxy: 'http://p/', APT_CONFIG: '/mine', LANG: 'de' },
  });
  await lockPackages(REQUEST, options);
  const root = '/cache/apt/debian_bookworm_main_amd64';
  const settings = fs.readText(`${root}/apt.conf`);
  assert.match(settings, /^Acquire::http::Proxy "http:\/\/proxy\.test\/";$/m);
  assert.doesNotMatch(settings, /Default-Release/);
  for (const wanted of [
    `Dir "${root}"`,
    'Dir::Etc::sourceparts "/dev/null"',
    'APT::Get::AllowUnauthenticated "false"',
    'Acquire::AllowInsecureRepositories "false"',
    'APT::Architecture "amd64"',
  ]) {
    assert.ok(settings.includes(`${wanted};\n`), wanted);
  }
  const signed = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg arch=amd64]';
  const mirror = 'http://user:secret@mirror.test/debian';
  assert.equal(
    fs.readText(`${root}/etc/sources.list`),
    [`${mirror} bookworm`, `${mirror} bookworm-updates`, `${mirror}-security bookworm-security`]
      .map((each) => `deb ${signed} ${each} main\n`)
      .join(''),
  );
  assert.equal(fs.lstat(`${root}/etc/sources.list`)?.mode, 0o600);
  const update = processes.calls.find(({ argv }) => argv.includes('update'))!;
  assert.deepEqual(update.options.env, {
    PATH: '/usr/bin',
    LC_ALL: 'C.UTF-8',
    http_proxy: 'http://p/',
    APT_CONFIG: `${root}/apt.conf`,
  });
});

test('indexes that another process fetches are waited for', async () => {
  let updates = 0;
  const { processes, options } = machine({});
  const run = processes.run.bind(processes);
  processes.run = async (argv, settings) => {
    const output = await run(argv, settings);
    if (!argv.includes('update') || updates++ === 2) return output;
    return {
      ...output,
      code: 100,
      stderr: Buffer.from('E: Could not get lock /x/lists/lock. It is held by process 1\n'),
    };
  };
  assert.ok((await lockPackages(REQUEST, options)).ok);
  assert.equal(updates, 3);
  assert.equal(options.host.clock.monotonicMs(), 2000);
});

test('the variable comes before the machine’s sources', async () => {
  const { fs, options } = machine({ variables: { MOBILEOPS_DEBIAN_MIRROR: 'https://own.test/mirror/' } });
  await lockPackages(REQUEST, options);
  const sources = fs.readText('/cache/apt/debian_bookworm_main_amd64/etc/sources.list');
  assert.match(sources, / https:\/\/own\.test\/mirror bookworm main\n/);
  assert.match(sources, / https:\/\/own\.test\/mirror-security bookworm-security main\n/);
});

const PROBLEMS: Readonly<
  Record<string, { machine: Machine; request?: Partial<PackageRequest>; expected: RegExp }>
> = {
  'a machine without apt': {
    machine: { programs: ['gpgv'] },
    expected: /^error\[debian\/no-apt\] .*apt-get is missing\n {2}help: .*Debian or Ubuntu/,
  },
  'no keys of the distribution': {
    machine: { keyring: false },
    expected: /^error\[debian\/no-keyring\][^\n]*\n {2}help: `apt-get install debian-archive-keyring`$/,
  },
  'sources of others only': {
    machine: { sources: 'deb http://other.test/linux bookworm main\ndeb cdrom:[x]/debian bookworm main\n' },
    expected: /^error\[debian\/no-mirror\][^\n]*\n {2}help: set MOBILEOPS_DEBIAN_MIRROR /,
  },
  'a variable that is no address': {
    machine: { variables: { MOBILEOPS_DEBIAN_MIRROR: 'ftp://x.test/debian' } },
    expected: /^error\[debian\/no-mirror\] MOBILEOPS_DEBIAN_MIRROR is no address/,
  },
  'a variable that would add a line': {
    machine: {
      variables: { MOBILEOPS_DEBIAN_SECURITY_MIRROR: 'http://x.test/a\ndeb [trusted=yes] http://evil' },
    },
    expected: /^error\[debian\/no-mirror\] MOBILEOPS_DEBIAN_SECURITY_MIRROR is no address/,
  },
  'packages that cannot be asked for': {
    machine: {},
    request: { packages: ['a:arm64', 'ok', '--help'] },
    expected: /^error\[debian\/bad-package\] `a:arm64`: [\s\S]*error\[debian\/bad-package\] `--help`: /,
  },
  'a bad signature': {
    machine: {
      answers: {
        update: {
          code: 100,
          stderr: 'W: GPG error: http://user:secret@mirror.test/debian bookworm InRelease: NO_PUBKEY 1\n',
        },
      },
    },
    expected: /^error\[debian\/unsigned\] [^\n]*http:\/\/mirror\.test\//,
  },
  'a mirror that cannot be reached': {
    machine: {
      answers: {
        update: {
          code: 100,
          stderr: "E: Failed to fetch http://user:secret@mirror.test/x  Could not resolve 'mirror.test'\n",
        },
      },
    },
    expected: /^error\[debian\/network\] /,
  },
  'a suite that the mirror lacks': {
    machine: {
      answers: {
        update: {
          code: 100,
          stderr:
            "E: The repository 'http://mirror.test/debian nope Release' does not have a Release file.\n",
        },
      },
    },
    expected: /^error\[debian\/apt-failed\] the mirror lacks/,
  },
  'a package that is not there': {
    machine: {
      answers: {
        '--simulate': { code: 100, stderr: 'E: Unable to locate package tiny\n' },
        pkgnames: { stdout: 'tinny\nother\n' },
      },
    },
    expected:
      /^error\[debian\/unknown-package\] debian:bookworm \(amd64\) has no package `tiny` in main\n {2}help: did you mean `tinny`\?$/,
  },
  'a name that others provide': {
    machine: {
      answers: {
        '--simulate': { code: 100, stderr: "E: Package 'tiny' has no installation candidate\n" },
        showpkg: { stdout: 'Reverse Provides: \nbig 1 (= )\n' },
      },
    },
    expected: /help: name one that provides it: big$/,
  },
  'a provider taken in its place': {
    machine: { answers: { showpkg: { stdout: 'Reverse Provides: \ntiny 1 (= )\n' } } },
    request: { packages: ['awk', 'tiny'] },
    expected:
      /^error\[debian\/unknown-package\][^\n]*`awk`[^\n]*\n {2}help: name one that provides it: tiny$/,
  },
  'a conflict': {
    machine: {
      answers: {
        '--simulate': {
          code: 100,
          stdout: 'The following packages have unmet dependencies:\n a : Conflicts: b\n',
          stderr: 'E: Unable to correct problems, you have held broken packages.\n',
        },
      },
    },
    expected: /^error\[debian\/unresolvable\][^\n]* a : Conflicts: b\n/,
  },
  'answers that do not fit': {
    machine: { answers: { show: { stdout: 'Package: tiny\nVersion: 2\n' } } },
    expected: /^error\[debian\/apt-failed\] apt's answers/,
  },
};

for (const [name, { machine: spec, request, expected }] of Object.entries(PROBLEMS)) {
  test(`locking: ${name}`, async () => {
    const given = await lock(spec, request);
    assert.equal(typeof given, 'string');
    assert.match(String(given), expected);
    assert.doesNotMatch(String(given), /secret/);
  });
}

async function fetched(given: string | undefined, output: FakeRun = {}) {
  const root = (await lock({})) as LockedRoot;
  const { fs, processes, options } = machine({
    answers: { 'download-file': output },
    onRun: ({ argv }, disk) => {
      const [uri, partial, hash] = argv.slice(2);
      if (!argv.includes('download-file')) return;
      assert.deepEqual(
        [uri, hash],
        ['http://user:secret@mirror.test/debian/pool/t/tiny_1%2Bx_all.deb', `SHA256:${SHA}`],
      );
      if (given !== undefined) disk.writeFile(partial!, given);
    },
  });
  const fetching = { ...options, packagesDirectory: '/packages', renewCommand: 'mobileops deps lock' };
  const run = async () => {
    const result = await fetchPackages(root, fetching);
    return result.ok ? '' : result.failure.map((each) => renderDiagnostic(each)).join('\n');
  };
  return { fs, processes, run };
}

test('a locked file is fetched once, and again when it was damaged', async () => {
  const { fs, processes, run } = await fetched(BYTES);
  assert.equal(await run(), '');
  assert.deepEqual(
    fs.readDirectory('/packages').map(({ name }) => name),
    [`${SHA}.deb`],
  );
  const calls = processes.calls.length;
  assert.equal(await run(), '');
  assert.equal(processes.calls.length, calls);
  fs.writeFile(`/packages/${SHA}.deb`, BYTES.toUpperCase());
  assert.equal(await run(), '');
  assert.equal(fs.readText(`/packages/${SHA}.deb`), BYTES);
});

const FETCHES: Readonly<
  Record<string, { readonly given?: string; readonly output?: FakeRun; readonly expected: RegExp }>
> = {
  'a version that the mirror dropped': {
    output: {
      code: 100,
      stderr:
        'E: Failed to fetch http://mirror.test/debian/pool/t/tiny_1%2bx_all.deb  404  Not Found [IP: 1]\n',
    },
    expected:
      /^error\[debian\/dropped-version\] the mirror no longer has the locked tiny 1 of debian:bookworm \(amd64\)\n {2}help: `mobileops deps lock` /,
  },
  'other bytes of the same size': { given: BYTES.toUpperCase(), expected: /^error\[debian\/wrong-content\]/ },
  'other bytes': { given: 'x', expected: /^error\[debian\/wrong-content\]/ },
  'a hash that apt refuses': {
    output: {
      code: 100,
      stderr: 'E: Failed to fetch http://mirror.test/debian/pool/t/tiny_1%2Bx_all.deb  Hash Sum mismatch\n',
    },
    expected: /^error\[debian\/wrong-content\]/,
  },
  'a mirror that cannot be reached': {
    output: {
      code: 100,
      stderr: 'E: Failed to fetch http://user:secret@mirror.test/x  Connection refused\n',
    },
    expected: /^error\[debian\/network\]/,
  },
};

for (const [name, { given, output, expected }] of Object.entries(FETCHES)) {
  test(`fetching: ${name}`, async () => {
    const { fs, run } = await fetched(given, output);
    const said = await run();
    assert.match(said, expected);
    assert.doesNotMatch(said, /secret/);
    assert.deepEqual(fs.readDirectory('/packages'), []);
  });
}

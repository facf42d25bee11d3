import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InternalError } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import { FakeClock, FakeProcesses, fakeEnv, MemoryFileSystem, noHttp } from '../host/testing.ts';
import type { Output } from './report/output.ts';
import { type CliOptions, runCli } from './run-cli.ts';
import { LATER_VERBS, OTHER_WORDS, VERBS } from './verb-table.ts';

class Text implements Output {
  readonly isTerminal: boolean = false;
  text = '';
  write(text: string): void {
    this.text += text;
  }
  columns(): number {
    return 80;
  }
  rows(): number {
    return 24;
  }
}

interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const program = {
  entry: '/p/main',
  root: '/p',
  toolsEntry: 't',
  launcher: '/l',
  containers: '/c',
  lister: '/c',
  web: { folder: '/w' },
  docs: { folder: '/d' },
  clock: '/c',
  advisories: '/d',
  version: '1.2.3',
  code: '/c',
};

async function run(
  line: string,
  loadHost: CliOptions['loadHost'] = noHost,
  more: Partial<CliOptions> = {},
): Promise<Said> {
  const stdout = new Text();
  const stderr = new Text();
  const words = line.split(' ').filter((word) => word !== '');
  const { signal } = new AbortController();
  const options = { variables: {}, program, stdout, stderr, signal };
  const exitCode = await runCli({ words, loadHost, ...options, ...more });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

const noHost = async (): Promise<Host> => {
  throw new InternalError('the host was asked for');
};

test('help, version and refusals do not load the host', async () => {
  assert.equal((await run('--help')).exitCode, 0);
  assert.deepEqual(await run('--version'), { exitCode: 0, stdout: 'mobileops 1.2.3\n', stderr: '' });
  for (const { name } of VERBS) {
    const { exitCode, stdout } = await run(`${name} --help`);
    assert.equal(exitCode, 0);
    assert.match(stdout, new RegExp(`usage: mobileops ${name}`));
    assert.match(stdout, /examples?:\n {2}\S/);
    assert.equal((await run(`help ${name}`)).stdout, stdout);
  }
});

test('help is no wider than the terminal, but for commands', async () => {
  const stdout = Object.assign(new Text(), { isTerminal: true });
  const commands = VERBS.flatMap(({ examples }) => examples.map(([command]) => `  ${command}`));
  for (const line of ['--help', 'cache --help', ...VERBS.map(({ name }) => `${name} --help`)])
    await run(line, noHost, { stdout });
  const wide = stdout.text.split('\n').filter((line) => line.length > 80 && !commands.includes(line));
  assert.deepEqual(wide, []);
});

test('the overview names every verb', async () => {
  const { stdout } = await run('--help');
  for (const { name } of VERBS) assert.match(stdout, new RegExp(`^ {2}${name} {2}`, 'm'));
});

for (const line of ['cache --help', 'cache -h', 'help cache']) {
  test(`tells the verbs of one word: ${line}`, async () => {
    const { exitCode, stdout, stderr } = await run(line);
    assert.deepEqual([exitCode, stderr], [0, '']);
    const told = [...stdout.matchAll(/^ {2}(cache \w+) {2}/gm)].map((match) => match[1]);
    const verbs = VERBS.map(({ name }) => name).filter((name) => name.startsWith('cache '));
    assert.deepEqual(told, verbs);
  });
}

function refuses(line: string, expected: string): void {
  test(`refuses: ${line}`, async () => {
    assert.deepEqual(await run(line), { exitCode: 2, stdout: '', stderr: expected });
  });
}

refuses('buld', 'error[cli/unknown-verb] there is no verb `buld`\n  help: did you mean mobileops build?\n');
refuses(
  'xyzzy',
  'error[cli/unknown-verb] there is no verb `xyzzy`\n  help: mobileops --help lists the verbs\n',
);
refuses(
  'cache',
  'error[cli/unknown-verb] `cache` is followed by stats, gc, verify or clear\n  help: for example: mobileops cache stats\n',
);
refuses(
  'cache stat',
  'error[cli/unknown-verb] `cache` is followed by stats, gc, verify or clear\n  help: did you mean mobileops cache stats?\n',
);
for (const [word, verb] of Object.entries(OTHER_WORDS)) {
  refuses(
    word,
    `error[cli/unknown-verb] there is no verb \`${word}\`\n  help: did you mean mobileops ${verb}?\n`,
  );
  test(`${verb} is a verb`, async () => assert.equal((await run(`${verb} --help`)).exitCode, 0));
}
for (const name of LATER_VERBS) {
  refuses(
    name,
    `error[cli/later-verb] \`${name}\` comes with a later version\n  help: mobileops --help lists what this version can\n`,
  );
}

test('without a word it shows the help and is not content', async () => {
  const { exitCode, stdout } = await run('');
  assert.equal(exitCode, 2);
  assert.match(stdout, /usage: mobileops VERB/);
});

test('problems are one JSON document where that is asked for', async () => {
  const { exitCode, stdout, stderr } = await run('build --jobs x --json');
  assert.equal(exitCode, 2);
  assert.equal(stderr, '');
  const document = JSON.parse(stdout) as {
    version: number;
    exitCode: number;
    diagnostics: { code: string }[];
  };
  assert.deepEqual([document.version, document.exitCode], [1, 2]);
  assert.deepEqual(
    document.diagnostics.map(({ code }) => code),
    ['cli/bad-value'],
  );
});

/** A host whose first use fails. */
function failingHost(error: Error, variables: Record<string, string> = {}): CliOptions['loadHost'] {
  const env = { variables, workingDirectory: '/here', platform: 'linux', architecture: 'x64' };
  const fs = {
    lstat: (path: string) => {
      if (path === '/here') return { type: 'directory' };
      throw error;
    },
  };
  return async () => ({ env, fs }) as unknown as Host;
}

test('a bug of ours is exit 70, with what to report and without a stack', async () => {
  const { exitCode, stdout, stderr } = await run('clean', failingHost(new InternalError('odd')));
  assert.deepEqual([exitCode, stdout], [70, '']);
  assert.equal(
    stderr,
    [
      'This is a fault of mobileops, not of your project. Please report it with these lines:',
      '',
      '  mobileops 1.2.3, linux x64, verb clean',
      '  InternalError: odd',
      '',
      'MOBILEOPS_DEBUG=1 shows where it happened.',
      '',
    ].join('\n'),
  );
});

test('MOBILEOPS_DEBUG adds the stack', async () => {
  const { stderr } = await run('clean', failingHost(new InternalError('odd'), { MOBILEOPS_DEBUG: '1' }));
  assert.match(stderr, /\n {4}at /);
});

test('a full disk is no bug', async () => {
  const error = Object.assign(new Error('no space'), { code: 'ENOSPC', path: '/d/f' });
  const { exitCode, stderr } = await run('clean', failingHost(error));
  assert.equal(exitCode, 3);
  assert.equal(
    stderr,
    '/d/f: error[cli/disk] the disk is full\n  help: mend that and run the command again\n',
  );
});

/** A machine with a file at `/work/file`, a folder at `/work/folder` and a link to each. */
function machine(variables: Record<string, string> = {}): CliOptions['loadHost'] {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/work/folder');
  fs.writeFile('/work/file', '');
  for (const name of ['file', 'folder']) fs.symlink(`/work/${name}`, `/work/link-to-${name}`);
  const processes = new FakeProcesses();
  return async () => ({ fs, processes, clock: new FakeClock(), env: fakeEnv({ variables }), http: noHttp });
}

test('a folder that is none is named', async () => {
  for (const [name, said] of [
    ['nowhere', 'this folder is not there'],
    ['file/below', 'this folder is not there'],
    ['file', 'this is a file, not a folder'],
    ['link-to-file', 'this is a file, not a folder'],
  ]) {
    const { exitCode, stderr } = await run(`validate -C ${name}`, machine());
    assert.equal(exitCode, 2);
    assert.equal(stderr, `/work/${name}: error[cli/no-directory] ${said}\n  help: check -C\n`);
  }
  const { stderr } = await run('validate -C link-to-folder', machine());
  assert.match(stderr, /build\/no-workspace/);
});

test('a cache that is a file is named', async () => {
  const { exitCode, stderr } = await run('cache stats', machine({ MOBILEOPS_CACHE: '/work/file' }));
  assert.equal(exitCode, 2);
  assert.match(stderr, /^\/work\/file: error\[cli\/bad-variable\] MOBILEOPS_CACHE names a file/);
  const { exitCode: other } = await run('cache stats', machine({ MOBILEOPS_CACHE: '/work/link-to-folder' }));
  assert.equal(other, 0);
});

function refusesFile(flag: string, path: string, expected: string): void {
  test(`refuses: build --${flag} ${path}`, async () => {
    const { exitCode, stderr } = await run(`build --${flag} ${path}`, machine());
    assert.equal(exitCode, 2);
    assert.equal(stderr, expected);
  });
}

refusesFile(
  'events',
  'no/e',
  '/work/no/e: error[cli/no-file] --events cannot be written there: its folder is not there\n  help: write --events FILE\n',
);
refusesFile(
  'profile',
  '/work/folder',
  '/work/folder: error[cli/no-file] --profile cannot be written there: it is a folder\n  help: write --profile FILE\n',
);

function refusesVariable(name: string, value: string, hint: string): void {
  test(`refuses: ${name}=${value}`, async () => {
    const expected = `error[cli/bad-variable] ${name} cannot be \`${value}\`\n  help: ${hint}`;
    for (const verb of ['build', 'validate', 'release v1.0.0 --allow-dirty']) {
      if (verb !== 'build' && name === 'BUILD_VERSION') continue;
      const { exitCode, stderr } = await run(verb, machine({ [name]: value }));
      assert.equal(exitCode, 2);
      assert.ok(stderr.includes(expected), stderr);
    }
  });
}

refusesVariable('BUILD_NUMBER', 'abc', 'a whole number from 1');
refusesVariable('BUILD_NUMBER', '0', 'a whole number from 1');
refusesVariable('BUILD_NUMBER', '1.5', 'a whole number from 1');
refusesVariable('BUILD_VERSION', '../x', 'letters, digits');
refusesVariable('REGISTRY', 'UPPER/x y', 'a host');
refusesVariable('REGISTRY', 'ghcr.io/', 'a host');
refusesVariable('GIT_COMMIT', 'a\tb', 'a line of at most 200 characters');

test('an empty variable counts as none', async () => {
  const empty = { BUILD_VERSION: '', BUILD_NUMBER: '', BUILD_ID: '', GIT_COMMIT: '', REGISTRY: '' };
  for (const variables of [
    empty,
    { ...empty, BUILD_VERSION: '1.0.0-rc.1+b5', REGISTRY: 'localhost:5000/a' },
  ]) {
    const { stderr } = await run('build', machine(variables));
    assert.match(stderr, /^\/work: error\[build\/no-workspace\]/);
  }
});

function refusesForms(line: string, said: string): void {
  test(`refuses: ${line}`, async () => {
    const { exitCode, stdout, stderr } = await run(line, machine());
    assert.equal(exitCode, 2);
    assert.ok((stdout + stderr).includes(said), stdout + stderr);
  });
}

refusesForms('graph --dot --mermaid', 'error[cli/exclusive-flags] --dot and --mermaid exclude each other');
refusesForms('graph --json --dot', '"message": "--dot and --json exclude each other"');
refusesForms('completion csh --json', '"hint": "one of bash, zsh, fish"');

test('a completion script is one JSON document where that is asked for', async () => {
  const { exitCode, stdout } = await run('completion fish --json', machine());
  const document = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal(exitCode, 0);
  assert.deepEqual([document.version, document.exitCode, document.shell], [1, 0, 'fish']);
  assert.match(String(document.script), /^complete -c mobileops/);
});

test('the time of a build counts from the start of the process', async () => {
  const { stdout } = await run('build', machine({ BUILD_NUMBER: 'x' }), { startedMs: -1500 });
  assert.equal(stdout, 'failed in 1.5s: 0 ran, 0 cached, 0 of 0 targets up to date\n');
});

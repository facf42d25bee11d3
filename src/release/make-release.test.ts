import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../base/index.ts';
import { realHost } from '../host/index.ts';
import { type Archiver, makeRelease } from './make-release.ts';
import { uncommittedPaths } from './working-tree.ts';

const { fs, processes, env } = realHost();

/** Names, modes and content of a folder as one text: what an archive would hold. */
const listing: Archiver = async (folder, out, time) => {
  const lines: string[] = [`time ${time}`];
  const visit = (path: string, at: string): void => {
    const stat = fs.lstat(path)!;
    if (stat.type === 'directory') {
      for (const { name } of fs.readDirectory(path))
        visit(join(path, name), at === '' ? name : `${at}/${name}`);
    } else if (stat.type === 'symlink') lines.push(`${at} -> ${fs.readLink(path)}`);
    else lines.push(`${at} ${(stat.mode & 0o777).toString(8)} ${fs.readText(path).trim()}`);
  };
  visit(folder, '');
  fs.writeFile(out, `${lines.join('\n')}\n`);
};

async function inFolder(run: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-release-'));
  try {
    await run(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const facts = {
  buildId: '20240102030405-abcdefabcdef',
  version: '1.0.0',
  commit: 'abcdef',
  commitTime: 1_704_164_645,
  branch: 'main',
};

function fill(root: string): void {
  for (const [path, text, mode] of [
    ['dist/components/a/run', 'run', 0o775],
    ['dist/components/a/data', 'data', 0o600],
    ['dist/mobileops-scripts-1.0.0.tar.gz', 'scripts', 0o644],
    ['dist/build-metrics.json', 'metrics', 0o644],
    ['dist/stray', 'stray', 0o644],
  ] as const) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  }
  symlinkSync('data', join(root, 'dist/components/a/link'));
}

test('a release holds what was built and nothing else, with its checksum and manifest', () =>
  inFolder(async (root) => {
    fill(root);
    const files = await makeRelease({
      fs,
      root,
      facts,
      artifacts: ['dist/components/a', 'dist/mobileops-scripts-1.0.0.tar.gz'],
      scripts: 'dist/mobileops-scripts-1.0.0.tar.gz',
      containers: ['r/mobileops-base:1.0.0'],
      notes: 'First',
      archive: listing,
    });
    const read = (name: string): string => readFileSync(join(root, 'dist/release', name), 'utf8');
    const archive = read('mobileops-1.0.0.tar.gz');
    const info = JSON.stringify(
      {
        buildId: facts.buildId,
        version: '1.0.0',
        timestamp: '2024-01-02T03:04:05+00:00',
        commit: 'abcdef',
        branch: 'unknown',
      },
      undefined,
      4,
    );
    assert.equal(
      archive,
      [
        'time 1704164645',
        `build-info.json 644 ${info}`,
        'components/a/data 644 data',
        'components/a/link -> data',
        'components/a/run 755 run',
        'mobileops-scripts-1.0.0.tar.gz 644 scripts',
        '',
      ].join('\n'),
    );
    assert.equal(read('mobileops-1.0.0.tar.gz.sha256'), `${sha256(archive)}  mobileops-1.0.0.tar.gz\n`);
    assert.deepEqual(JSON.parse(read('mobileops-1.0.0-manifest.json')), {
      version: '1.0.0',
      buildId: facts.buildId,
      timestamp: '2024-01-02T03:04:05+00:00',
      components: { scripts: 'mobileops-scripts-1.0.0.tar.gz', platform: 'mobileops-1.0.0.tar.gz' },
      containers: ['r/mobileops-base:1.0.0'],
      checksums: { sha256: sha256(archive) },
    });
    assert.deepEqual(
      files.map(({ path }) => path),
      ['.tar.gz', '.tar.gz.sha256', '-manifest.json', '-notes.txt'].map(
        (end) => `dist/release/mobileops-1.0.0${end}`,
      ),
    );
    assert.equal(files[0]!.sha256, sha256(archive));
    assert.equal(fs.lstat(join(root, 'build-cache/temp/mobileops-1.0.0')), undefined);
  }));

test('notes of an earlier release of the version do not stay', () =>
  inFolder(async (root) => {
    fill(root);
    const options = { fs, root, facts, artifacts: [], scripts: undefined, containers: [], archive: listing };
    await makeRelease({ ...options, notes: 'First' });
    const files = await makeRelease({ ...options, notes: undefined });
    const named = files.map(({ path }) => path.replace('dist/release/', '')).sort();
    assert.deepEqual(readdirSync(join(root, 'dist/release')).sort(), named);
  }));

test('changes against the commit are named; without a commit there is no answer', () =>
  inFolder(async (root) => {
    const variables = { ...env.variables, GIT_CONFIG_GLOBAL: '/dev/null' };
    const git = async (...args: string[]): Promise<void> => {
      const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
      const { code, stderr } = await processes.run(['git', ...identity, ...args], {
        cwd: root,
        env: variables,
      });
      assert.equal(code, 0, Buffer.from(stderr).toString());
    };
    const changed = (): Promise<readonly string[] | undefined> =>
      uncommittedPaths({ processes, variables, root });
    assert.equal(await changed(), undefined);
    await git('init', '-q');
    assert.equal(await changed(), undefined);
    writeFileSync(join(root, 'ä b'), 'one');
    await git('add', '.');
    await git('commit', '-q', '-m', 'one');
    assert.deepEqual(await changed(), []);
    writeFileSync(join(root, 'new'), '');
    writeFileSync(join(root, 'ä b'), 'other');
    utimesSync(join(root, 'ä b'), 1, 1);
    assert.deepEqual((await changed())?.map((path) => path.replaceAll('"', '')).sort(), ['new', 'ä b']);
    const others = await uncommittedPaths({ processes, variables, root, except: ['new'] });
    assert.deepEqual(others?.length, 1);
  }));

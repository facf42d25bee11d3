/** What commits say becomes a page: what breaks first, each change under its kind, as text and nothing more. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { realHost } from '../../host/index.ts';
import { changelogText } from './changelog.ts';
import { historyOf } from './commits.ts';
import { parseCommit } from './conventional.ts';

const CASES: readonly (readonly [string, object])[] = [
  ['feat: add a page', { type: 'feat', description: 'add a page' }],
  ['fix(api): mend', { type: 'fix', scope: 'api', description: 'mend' }],
  ['Feat(Api)!: new', { type: 'feat', scope: 'Api', description: 'new', breaking: 'new' }],
  ['fix: a\n\nBREAKING CHANGE: b\n  c\n\nlater', { type: 'fix', description: 'a', breaking: 'b c' }],
  ['fix: a\n\nBREAKING-CHANGE: b\nReviewed-by: Z', { type: 'fix', description: 'a', breaking: 'b' }],
  ['fix!: a\n\nBREAKING CHANGE: b', { type: 'fix', description: 'a', breaking: 'b' }],
  ['Say why', { description: 'Say why' }],
  ['feat:no space', { description: 'feat:no space' }],
  ['feat(): x', { description: 'feat(): x' }],
  ['Merge x\n\nBREAKING CHANGE: gone', { description: 'Merge x', breaking: 'gone' }],
  ['fix: a\n\nnot BREAKING CHANGE: b', { type: 'fix', description: 'a' }],
];

for (const [message, expected] of CASES) {
  test(`a commit: ${JSON.stringify(message)}`, () => {
    assert.deepEqual(parseCommit('c', message), { commit: 'c', ...expected });
  });
}

test('a page', () => {
  const messages = ['docs: page', 'feat(ui)!: <b>new</b>', 'Say why', 'fix: two', 'fix: one', 'ci: faster'];
  const changes = messages.map((message, at) => parseCommit(`${at}`.repeat(40), message));
  const since = { version: '1.0.0', commit: 'f'.repeat(40) };
  assert.equal(
    changelogText({ version: '1.1.0', timestamp: '2026-11-27T08:00:00+00:00', since, changes }),
    `# 1.1.0, 2026-11-27

Changes since 1.0.0 (ffffffffffff).

## Breaking changes

- **ui:** \\<b\\>new\\</b\\> (111111111111)

## Features

- **ui:** \\<b\\>new\\</b\\> (111111111111)

## Fixes

- two (333333333333)
- one (444444444444)

## Documentation

- page (000000000000)

## Inside

- ci: faster (555555555555)

## Other changes

- Say why (222222222222)
`.replace('- ci: faster', '- faster'),
  );
  const empty = { version: '1.0.0', timestamp: '2026-11-27T08:00:00+00:00', changes: [] };
  assert.match(changelogText(empty), /All changes up to this release\.\n\nNothing changed\.\n$/);
  assert.match(
    changelogText({ ...empty, gates: ['released past the quality gate tests: *'] }),
    /release\.\n\n## Quality gates\n\n- released past the quality gate tests: \\\*\n\nNothing changed\.\n$/,
  );
});

test('no commit writes markup', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('feat', 'fix', 'x'), (text, type) => {
      const change = parseCommit('c'.repeat(40), `${type}(${text}): ${text}\n\nBREAKING CHANGE: ${text}`);
      const page = changelogText({ version: '1', timestamp: '2026', changes: [change] });
      for (const line of page.split('\n').filter((each) => each.startsWith('- ')))
        assert.doesNotMatch(line.replaceAll(/\\./g, '').replace(/^- \*\*|:\*\* /g, ''), /[`*_<>[\]#|]/);
    }),
  );
});

test('the commits since the newest release that is part of the history, of this folder alone', async () => {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-changes-'));
  const { processes, env } = realHost();
  const variables = { ...env.variables, GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = async (...args: string[]): Promise<string> => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    const done = await processes.run(['git', ...identity, ...args], { cwd: root, env: variables });
    assert.equal(done.code, 0, Buffer.from(done.stderr).toString());
    return Buffer.from(done.stdout).toString().trim();
  };
  const commit = async (path: string, message: string): Promise<string> => {
    writeFileSync(join(root, path), message);
    await git('add', '.');
    await git('commit', '-q', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  try {
    assert.equal(await historyOf({ processes, variables, root }, []), undefined);
    await git('init', '-q');
    const first = await commit('a', 'feat: first');
    await git('checkout', '-q', '-b', 'side');
    const side = await commit('b', 'feat: side');
    await git('checkout', '-q', '-');
    await commit('c', 'fix: second');
    const described = async (earlier: { version: string; commit: string }[]) => {
      const history = await historyOf({ processes, variables, root }, earlier);
      return [history?.since?.version, ...(history?.changes ?? []).map((each) => each.description)];
    };
    assert.deepEqual(await described([]), [undefined, 'second', 'first']);
    const releases = [
      { version: '2', commit: side },
      { version: '1', commit: first },
      { version: '0', commit: '0'.repeat(40) },
    ];
    assert.deepEqual(await described(releases), ['1', 'second']);
    const cut = mkdtempSync(join(tmpdir(), 'mobileops-cut-'));
    await git('clone', '-q', '--depth', '1', `file://${root}`, join(cut, 'clone'));
    assert.equal(await historyOf({ processes, variables, root: join(cut, 'clone') }, []), undefined);
    rmSync(cut, { recursive: true });
  } finally {
    rmSync(root, { recursive: true });
  }
});

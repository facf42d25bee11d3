import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionOf, fakeContext, imageSpec, renderedDiagnostics } from '../testing.ts';
import { imageRule } from './image-rule.ts';
import { isLockFile } from './lock-files.ts';

const DOCKERFILE = `FROM scratch AS node
COPY web/package.json web/package-lock.json /w/
RUN --mount=type=cache,target=/npm npm ci
FROM scratch AS python
COPY src /s
RUN --mount=type=cache,target=/a one
RUN --mount=type=cache,target=/b --mount=type=bind,source=poetry.lock,target=/p two
FROM node
RUN --mount=type=cache,target=/c three
COPY --from=python /s /s
RUN --mount=type=cache,target=/d four
`;
const FILES = {
  'docker/Dockerfile.demo': DOCKERFILE,
  'web/package.json': '{}',
  'web/package-lock.json': '1',
  'poetry.lock': '1',
  'uv.lock': 'nothing takes it',
  'src/main.py': '',
};

/** By the instruction, what its caches are named after. */
function locks(files: Readonly<Record<string, string>> = {}): Readonly<Record<string, string | undefined>> {
  const plan = imageRule(fakeContext({ spec: imageSpec(), files: { ...FILES, ...files } }));
  assert.equal(renderedDiagnostics(plan).includes('error'), false);
  const runs = plan.actions.filter(({ mnemonic }) => mnemonic === 'Run');
  return Object.fromEntries(
    runs.map(({ description, cacheLocks }) => [description.split(' ').at(-1), cacheLocks]),
  );
}

test('caches of a RUN are named after the lock files that it and what it stands on take', () => {
  const before = locks();
  assert.equal(before.one, undefined);
  assert.ok(before.ci !== undefined && before.ci === before.three);
  assert.equal(new Set([before.ci, before.two, before.four]).size, 3);
  const changed = (after: typeof before): string[] =>
    Object.keys(before).filter((each) => before[each] !== after[each]);
  assert.deepEqual(changed(locks({ 'web/package-lock.json': '2' })), ['ci', 'three', 'four']);
  assert.deepEqual(changed(locks({ 'poetry.lock': '2' })), ['two', 'four']);
  assert.deepEqual(changed(locks({ 'uv.lock': '2', 'web/package.json': '[]', 'src/main.py': 'x' })), []);
});

test('they are in no key', () => {
  const work = (lock: string): unknown => {
    const files = { ...FILES, 'poetry.lock': lock };
    const plan = imageRule(fakeContext({ spec: imageSpec(), files }));
    const { cacheLocks: _locks, ...run } = actionOf(plan, 'image:demo#stage0-run0');
    return run;
  };
  assert.deepEqual(work('1'), work('2'));
});

test('which files are lock files', () => {
  const yes =
    'a/package-lock.json pylock.toml pylock.dev.toml requirements.txt requirements-dev.txt x/go.sum';
  const no = 'package.json go.mod my-requirements.txt requirements.in/x Cargo.lock.bak pylock.a.b.toml';
  for (const each of yes.split(' ')) assert.ok(isLockFile(each), each);
  for (const each of no.split(' ')) assert.ok(!isLockFile(each), each);
});

/** What a release says that it consists of: read as it was written, and nothing is read that could lead out of its folder. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type GateQuestion, gateRecord, parseException } from './gates.ts';
import { indexText, parseIndex, type ReleaseIndex } from './release-index.ts';

const INDEX: ReleaseIndex = {
  name: 'mobileops',
  version: '1.0.0-rc.1+b',
  channel: 'rc',
  number: 7,
  commit: 'abc',
  buildId: 'x',
  timestamp: '2026-11-27T08:00:00+00:00',
  files: [{ name: 'mobileops-1.0.0.tar.gz', kind: 'archive', sizeBytes: 1, sha256: 'a'.repeat(64) }],
  images: [{ name: 'base', reference: 'r/base:1', digest: `sha256:${'b'.repeat(64)}` }],
  gates: { state: 'excepted', exceptions: [{ gate: 'coverage', reason: 'later' }] },
};

test('an index is read as it was written', () => {
  assert.deepEqual(parseIndex(indexText(INDEX)), { ok: true, value: { format: 1, ...INDEX } });
});

test('web apps of an index are read, and no address of another kind', () => {
  const app = { name: 'webapp', title: 'Status', address: 'https://status.example.com/' };
  const read = (webApps: unknown) => parseIndex(indexText({ ...INDEX, webApps } as unknown as ReleaseIndex));
  assert.deepEqual(read([app]), { ok: true, value: { format: 1, ...INDEX, webApps: [app] } });
  const wrong = [
    { ...app, address: 'javascript:alert(1)' },
    { ...app, name: '../x' },
    { ...app, title: '' },
    null,
  ];
  for (const each of wrong) assert.equal(read([each]).ok, false);
  for (const each of [null, {}, Array(101).fill(app)]) assert.equal(read(each).ok, false);
});

const GATES_READ: readonly (readonly [gates: unknown, isRead: boolean])[] = [
  [{ state: 'green' }, true],
  [{ state: 'not-checked', reason: '' }, true],
  [{ state: 'not-checked' }, false],
  [{ state: 'excepted', exceptions: [] }, true],
  [{ state: 'excepted' }, false],
  [{ state: 'excepted', exceptions: [{ gate: 'tests' }] }, false],
  [{ state: 'red' }, false],
  [null, false],
];

for (const [gates, isRead] of GATES_READ) {
  test(`the gates ${JSON.stringify(gates)} are ${isRead ? 'read' : 'refused'}`, () => {
    assert.equal(parseIndex(indexText({ ...INDEX, gates } as ReleaseIndex)).ok, isRead);
  });
}

const NAMES = ['../x', '/x', 'a/b', '.x', '', 'a b', 'a..b', 'a\\b', 'a\nb', 'x'.repeat(300)];

for (const name of NAMES) {
  test(`a file is not called ${JSON.stringify(name.slice(0, 20))}`, () => {
    const file = { ...INDEX.files[0]!, name };
    assert.equal(parseIndex(indexText({ ...INDEX, files: [file] })).ok, false);
  });
}

test('no text is read as an index by accident', () => {
  const part = fc.oneof(fc.jsonValue(), fc.constant([]));
  fc.assert(
    fc.property(part, part, part, fc.constantFrom(...Object.keys(INDEX)), (files, images, value, key) => {
      const text = JSON.stringify({ format: 1, ...INDEX, files, images, [key]: value });
      const read = parseIndex(text);
      if (read.ok) assert.ok(read.value.files.every((file) => /^[A-Za-z0-9]/.test(file.name)));
    }),
  );
  const file = INDEX.files[0]!;
  assert.equal(parseIndex(indexText({ ...INDEX, files: [file, file] })).ok, false);
});

const GATES = [
  { name: 'score', state: 'green', why: '9 of 10' },
  { name: 'coverage', state: 'red', why: '60 of 80' },
  { name: 'speed', state: 'not-measured', why: 'autocannon is missing' },
] as const;

const VERDICT = { commit: 'c', gates: GATES };

const answer = (names: readonly string[], more: Partial<GateQuestion> = {}) => {
  const exceptions = names.map((gate) => ({ gate, reason: 'known' }));
  const { record, problems } = gateRecord({
    ...{ verdict: VERDICT, exceptions, commit: 'c', isDirty: false, unchecked: undefined },
    ...more,
  });
  const told = problems.map(({ code, message }) =>
    `${code} ${message.match(/score|coverage|speed/)?.[0] ?? ''}`.trim(),
  );
  return [record.state, ...told];
};

test('a release goes past a gate that is not green only by an exception for it', () => {
  assert.deepEqual(answer([]), ['excepted', 'release/red-gate coverage', 'release/red-gate speed']);
  assert.deepEqual(answer(['coverage', 'speed']), ['excepted']);
  assert.deepEqual(answer(['coverage', 'speed', 'score']), ['excepted', 'release/needless-exception score']);
  assert.deepEqual(parseException('coverage: later: on'), { gate: 'coverage', reason: 'later: on' });
  for (const text of ['coverage', 'coverage:', ': x', 'Co verage: x'])
    assert.equal(parseException(text), undefined);
});

test('a commit that was not checked is released only with the reason, which the release keeps', () => {
  const none = { verdict: undefined };
  const other = { commit: 'd' };
  const dirty = { isDirty: true };
  const unchecked = 'no advisories here';
  assert.deepEqual(answer([], none), ['not-checked', 'release/not-checked']);
  assert.deepEqual(answer(['coverage'], other), ['not-checked', 'release/stale-check']);
  assert.deepEqual(answer([], { ...none, unchecked }), ['not-checked']);
  assert.deepEqual(answer([], { ...other, unchecked }), ['not-checked']);
  assert.deepEqual(answer([], { ...none, unchecked: ' ' }), ['not-checked', 'release/bad-exception']);
  assert.deepEqual(answer(['coverage'], { ...none, unchecked }), [
    'not-checked',
    'release/needless-exception coverage',
  ]);
  assert.deepEqual(answer(['coverage', 'speed'], { unchecked }), ['excepted', 'release/needless-exception']);
  // A check of the commit says nothing of what lies beside it.
  const green = { verdict: { commit: 'c', gates: [GATES[0]] } };
  assert.deepEqual(answer([], green), ['green']);
  assert.deepEqual(answer([], { ...green, ...dirty }), ['not-checked']);
  const question = { verdict: undefined, exceptions: [], commit: 'c', isDirty: false, unchecked };
  assert.deepEqual(gateRecord(question).record, { state: 'not-checked', reason: unchecked });
});

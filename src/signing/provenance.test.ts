/** What a provenance says and about what: a file is proved by one that is signed, about it, and says what was expected. */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '../base/index.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import { signEnvelope } from './sigstore/envelope.ts';
import { LOCAL_BUILDER, provenance } from './statements/provenance.ts';
import { IN_TOTO_TYPE, parseStatement, type Statement, statementText } from './statements/statement.ts';
import { fixture, newKey } from './testing.ts';
import type { Expectation } from './verified-provenance.ts';
import { verifyAll } from './verify-all.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const HOSTED = 'https://ci.example.com/builder';
const KEY = newKey('ec');
const { signal } = new AbortController();

function statementOf(content: string, builder: string): Statement {
  return provenance({
    subjects: [{ name: 'app.apk', digest: { sha256: digestOf(content).hash } }],
    parameters: { version: '1.0.0' },
    source: { uri: 'git+https://git.example.com/team/app.git', commit: COMMIT },
    materials: [{ name: 'mobileops.lock', digest: { sha256: 'ab'.repeat(32) } }],
    builder: { id: builder, version: { mobileops: '1' } },
    platform: { platform: 'linux-x64' },
    run: { id: 'x', startedMs: 0, finishedMs: 1000 },
  });
}

interface Case {
  readonly name: string;
  readonly expected?: Expectation;
  readonly builder?: string;
  /** What the provenance is about; the file itself unless told. */
  readonly about?: string;
  readonly key?: string;
  readonly says: string;
}

const CASES: readonly Case[] = [
  { name: 'its own', says: 'proved at level 1' },
  { name: 'with the commit', expected: { source: COMMIT.slice(0, 12) }, says: 'proved at level 1' },
  {
    name: 'with the repository',
    expected: { source: 'https://git.example.com/team/app' },
    says: 'proved at level 1',
  },
  { name: 'another commit', expected: { source: '0'.repeat(40) }, says: 'signing/other-source' },
  { name: 'too little of a commit', expected: { source: '0123' }, says: 'signing/other-source' },
  { name: 'a hosted builder that nobody expected', builder: HOSTED, says: 'proved at level 1' },
  {
    name: 'a hosted builder that was expected',
    builder: HOSTED,
    expected: { builder: HOSTED },
    says: 'proved at level 2',
  },
  {
    name: 'a local builder that was expected',
    expected: { builder: LOCAL_BUILDER },
    says: 'proved at level 1',
  },
  { name: 'another builder', expected: { builder: HOSTED }, says: 'signing/other-builder' },
  { name: 'about another file', about: 'other', says: 'signing/unsigned' },
  {
    name: 'about another file, where it is expected',
    about: 'other',
    expected: { source: COMMIT },
    says: 'signing/not-a-subject',
  },
  { name: 'by another key', key: newKey('ec').secret, says: 'signing/other-key' },
];

for (const {
  name,
  expected = {},
  builder = LOCAL_BUILDER,
  about = 'content',
  key = KEY.secret,
  says,
} of CASES) {
  test(`a provenance: ${name}`, async () => {
    const fs = new MemoryFileSystem();
    fs.makeDirectory('/r');
    fs.writeFile('/r/app.apk', 'content');
    const payload = Buffer.from(statementText(statementOf(about, builder)));
    const bundle = signEnvelope(createPrivateKey(key), { payloadType: IN_TOTO_TYPE, payload });
    fs.writeFile('/r/app-provenance.sigstore.json', bundle);
    const trust = { keys: [createPublicKey(KEY.public)], async [Symbol.asyncDispose]() {} };
    const found = { files: ['/r/app.apk'], signatures: ['/r/app-provenance.sigstore.json'] };
    const { files, provenances, problems } = await verifyAll({ fs }, trust, { ...found, expected, signal });
    const said =
      problems.length === 0
        ? `proved at level ${provenances[0]?.level} ${files[0]?.provenance ? '' : 'by nothing'}`.trimEnd()
        : problems[0]!.code;
    assert.equal(said, says);
  });
}

test('a statement is deterministic, and read as it was written', () => {
  const statement = statementOf('content', LOCAL_BUILDER);
  const text = statementText(statement);
  assert.equal(text, statementText(statementOf('content', LOCAL_BUILDER)));
  assert.deepEqual(parseStatement(text), statement);
  const [, payload = ''] = /"payload":"([^"]+)"/.exec(fixture('cosign-attestation.sigstore.json')) ?? [];
  const theirs = parseStatement(Buffer.from(payload, 'base64').toString());
  assert.equal(theirs?.predicateType, 'https://slsa.dev/provenance/v1');
});

test('no text is read as a statement by accident', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, subject) => {
      assert.equal(parseStatement(JSON.stringify(value)), undefined);
      const text = JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', predicateType: 'x', subject });
      const read = parseStatement(text);
      assert.ok(read === undefined || read.subjects.every(({ name }) => typeof name === 'string'));
    }),
  );
});

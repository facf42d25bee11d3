/** What a registry has for an image: proved by what a named key signed of it, never by what anybody else has put there. */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { digestOf } from '../base/index.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import { signEnvelope } from './sigstore/envelope.ts';
import { signMessage } from './sigstore/raw-signature.ts';
import { imageStatement } from './statements/image-signature.ts';
import { LOCAL_BUILDER, provenance } from './statements/provenance.ts';
import { IN_TOTO_TYPE, parseStatement, type Statement, statementText } from './statements/statement.ts';
import { newKey } from './testing.ts';
import type { Expectation } from './verified-provenance.ts';
import { verifyAll } from './verify-all.ts';
import { type SimpleSignature, verifyImage } from './verify-image.ts';

const NAME = 'r.example.com/team/base:1.0.0';
const DIGEST = `sha256:${digestOf('an image').hash}`;
const OTHER = `sha256:${digestOf('another image').hash}`;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const [OURS, THEIRS, ED] = [newKey('ec'), newKey('ec'), newKey('ed25519')];
const TRUST = { keys: [OURS, ED].map((key) => createPublicKey(key.public)) };

function bundle(statement: Statement | string, secret: string = OURS.secret): string {
  const payload = Buffer.from(typeof statement === 'string' ? statement : statementText(statement));
  return signEnvelope(createPrivateKey(secret), { payloadType: IN_TOTO_TYPE, payload });
}

function origin(commit: string, digest = DIGEST): Statement {
  return provenance({
    subjects: imageStatement(NAME, digest).subjects,
    parameters: {},
    source: { commit },
    materials: [],
    builder: { id: LOCAL_BUILDER, version: {} },
    platform: {},
    run: { id: 'x', startedMs: 0, finishedMs: 0 },
  });
}

/** One whose hint is that of a key of ours. */
function forged(secret: string): string {
  const [ours, theirs] = [secret, THEIRS.secret].map((each) =>
    JSON.parse(bundle(imageStatement(NAME, DIGEST), each)),
  );
  return JSON.stringify({ ...theirs, verificationMaterial: ours.verificationMaterial });
}

const SIGNED = bundle(imageStatement(NAME, DIGEST));
/** As cosign writes it: the subject has no name. */
const BY_COSIGN = bundle(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: DIGEST.slice(7) }, annotations: {} }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: {},
  }),
);
const BUILT = bundle(origin(COMMIT));
const SCANNED = bundle({ ...imageStatement(NAME, DIGEST), predicateType: 'https://example.com/scan/v1' });
const STRANGER = bundle(imageStatement(NAME, DIGEST), THEIRS.secret);

function simpleOf(digest: string, secret: string): SimpleSignature {
  const payload = Buffer.from(`of ${digest}`);
  const signature = signMessage(createPrivateKey(secret), { bytes: payload }).toString('base64');
  return { path: 'tag', payload, signature, about: { name: 'r.example.com/team/base', digest } };
}

interface Case {
  readonly name: string;
  readonly bundles: readonly string[];
  /** In the older form: what is signed, by whom. */
  readonly simple?: readonly (readonly [digest: string, secret: string])[];
  readonly expected?: Expectation;
  /** A code, or the count of proofs and of what was not checked. */
  readonly says: string;
}

const CASES: readonly Case[] = [
  { name: 'signed', bundles: [SIGNED], says: '1 proved, 0 not checked' },
  { name: 'signed by cosign', bundles: [BY_COSIGN], says: '1 proved, 0 not checked' },
  { name: 'built, alone', bundles: [BUILT], says: '1 proved, 0 not checked' },
  { name: 'signed by others, too', bundles: [STRANGER, SIGNED, 'x'], says: '1 proved, 2 not checked' },
  { name: 'nothing', bundles: [], says: 'signing/unsigned' },
  { name: 'signed by others alone', bundles: [STRANGER], says: 'signing/other-key' },
  { name: 'what was said of it is no signature', bundles: [SCANNED], says: 'signing/other-key' },
  { name: 'beside a forged one', bundles: [SIGNED, forged(OURS.secret)], says: 'signing/bad-signature' },
  {
    name: 'beside one that may be of Ed25519ph',
    bundles: [SIGNED, forged(ED.secret)],
    says: '1 proved, 1 not checked',
  },
  { name: 'by Ed25519ph alone, maybe', bundles: [forged(ED.secret)], says: 'signing/other-key' },
  {
    name: 'beside one of another image',
    bundles: [SIGNED, bundle(imageStatement('r.example.com/team/old:1', OTHER))],
    says: 'signing/not-a-subject',
  },
  {
    name: 'signed in the older form',
    bundles: [],
    simple: [[DIGEST, OURS.secret]],
    says: '1 proved, 0 not checked',
  },
  { name: 'signed so by others', bundles: [], simple: [[DIGEST, THEIRS.secret]], says: 'signing/other-key' },
  {
    name: 'beside an older form of another image',
    bundles: [SIGNED],
    simple: [[OTHER, OURS.secret]],
    says: 'signing/not-a-subject',
  },
  {
    name: 'built from one of two commits',
    bundles: [SIGNED, bundle(origin('f'.repeat(40))), BUILT],
    expected: { source: COMMIT },
    says: '2 proved, 0 not checked',
  },
  {
    name: 'built from another commit',
    bundles: [SIGNED, BUILT],
    expected: { source: 'f'.repeat(40) },
    says: 'signing/other-source',
  },
  {
    name: 'without the provenance that is expected',
    bundles: [SIGNED, bundle(origin(COMMIT), THEIRS.secret)],
    expected: { source: COMMIT },
    says: 'signing/no-provenance',
  },
];

for (const { name, bundles, simple = [], expected = {}, says } of CASES) {
  test(`an image: ${name}`, () => {
    const found = bundles.map((text, at) => ({ path: `${at}`, text }));
    const { proofs, notChecked, problems } = verifyImage(TRUST, {
      ...{ digest: DIGEST, name: NAME, bundles: found, expected },
      simple: simple.map(([about, secret]) => simpleOf(about, secret)),
    });
    const said = problems[0]?.code ?? `${proofs.length} proved, ${notChecked.length} not checked`;
    assert.equal(said, says);
  });
}

test('the signature of an image among files is told as that, and proves none of them', async () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/r');
  fs.writeFile('/r/image.sigstore.json', SIGNED);
  const request = { files: [], signatures: ['/r/image.sigstore.json'], expected: {} };
  const { signal } = new AbortController();
  const trust = { ...TRUST, async [Symbol.asyncDispose]() {} };
  const { images, problems } = await verifyAll({ fs }, trust, { ...request, signal });
  assert.deepEqual(problems, []);
  assert.deepEqual(images[0]?.subjects, [{ name: NAME, digest: { sha256: DIGEST.slice(7) } }]);
  const stranger = { ...trust, keys: [createPublicKey(THEIRS.public)] };
  const refused = await verifyAll({ fs }, stranger, { ...request, signal });
  assert.deepEqual(
    refused.problems.map(({ code }) => code),
    ['signing/other-key'],
  );
});

test('a subject needs no name, as cosign gives none', () => {
  const text = Buffer.from(JSON.parse(BY_COSIGN).dsseEnvelope.payload, 'base64').toString();
  assert.equal(parseStatement(text)?.subjects[0]?.name, '');
  assert.equal(parseStatement(text.replace('"digest"', '"name":1,"digest"')), undefined);
});

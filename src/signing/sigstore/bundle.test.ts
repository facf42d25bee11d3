/** Bundles that cosign made are proved by its public keys; no change of one is, and none is read into more than it says. */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { MemoryFileSystem } from '../../host/testing.ts';
import { fixture } from '../testing.ts';
import { bundleText, parseBundle } from './bundle.ts';
import { preAuthenticationEncoding } from './envelope.ts';
import { verifyBundle } from './verify-bundle.ts';

const KINDS = ['ec', 'ed', 'rsa'] as const;
const keyOf = (kind: string) => createPublicKey(fixture(`cosign-${kind}.pub`));

function check(kind: string, bundle: string, content = fixture('release.txt')): string {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/d');
  fs.writeFile('/d/release.txt', content);
  fs.writeFile('/d/release.txt.sigstore.json', bundle);
  const verified = verifyBundle({ fs, keys: [keyOf(kind)] }, '/d/release.txt');
  return verified.ok ? 'good' : verified.failure.code;
}

for (const kind of KINDS) {
  test(`a bundle of cosign by an ${kind} key`, () => {
    const bundle = fixture(`cosign-${kind}.sigstore.json`);
    assert.equal(check(kind, bundle), 'good');
    assert.equal(check(kind, bundle, 'other bytes\n'), 'signing/bad-signature');
    for (const other of KINDS.filter((each) => each !== kind))
      assert.equal(check(other, bundle), 'signing/other-key');
  });
}

test('an attestation of cosign is about the file', () => {
  const bundle = fixture('cosign-attestation.sigstore.json');
  assert.equal(check('ec', bundle), 'good');
  assert.equal(check('ec', bundle, 'other bytes\n'), 'signing/bad-signature');
  assert.equal(check('rsa', bundle), 'signing/other-key');
});

test('what is written is what is read', () => {
  for (const name of [...KINDS.map((kind) => `cosign-${kind}`), 'cosign-attestation']) {
    const text = fixture(`${name}.sigstore.json`);
    const parsed = parseBundle(text);
    assert.ok(parsed.ok);
    assert.deepEqual(JSON.parse(bundleText(parsed.value.keyHint, parsed.value.content)), JSON.parse(text));
  }
});

test('a changed character never makes another bundle good', () => {
  const texts = [
    ...KINDS.map((kind) => [kind, `cosign-${kind}`] as const),
    ['ec', 'cosign-attestation'] as const,
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.string({ minLength: 1, maxLength: 3 }),
      (which, at, put) => {
        const [kind, name] = which;
        const text = fixture(`${name}.sigstore.json`);
        const place = at % text.length;
        const changed = text.slice(0, place) + put + text.slice(place + put.length);
        if (check(kind, changed) !== 'good') return;
        const [a, b] = [parseBundle(changed), parseBundle(text)];
        assert.ok(a.ok && b.ok);
        // The hint, a name that nobody knows and what is stated beside the signature may differ; what is proved may not.
        const signed = ({ content }: typeof a.value) =>
          content.kind === 'message' ? content.signature : content.envelope;
        assert.deepEqual(signed(a.value), signed(b.value));
      },
    ),
    { numRuns: 400 },
  );
});

test('no text is read as a bundle by accident', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(parseBundle(JSON.stringify(value)).ok, false);
    }),
    { numRuns: 300 },
  );
});

const MATERIAL = { publicKey: { hint: 'x' } };
const TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const MESSAGE = { messageDigest: {}, signature: 'AAAA' };
const REFUSED: readonly (readonly [object, RegExp])[] = [
  [{ mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' }, /unsupported the version/],
  [{ mediaType: TYPE, verificationMaterial: { certificate: { rawBytes: 'AA==' } } }, /unsupported .*keyless/],
  [{ mediaType: TYPE, verificationMaterial: MATERIAL }, /malformed it needs either/],
  [{ mediaType: TYPE, messageSignature: MESSAGE }, /malformed it says nothing of its key/],
  [
    { mediaType: TYPE, verificationMaterial: MATERIAL, messageSignature: { ...MESSAGE, signature: '!' } },
    /malformed its signature/,
  ],
  [
    {
      mediaType: TYPE,
      verificationMaterial: MATERIAL,
      dsseEnvelope: { payload: 'AAAA', payloadType: 'x', signatures: [{ sig: 'AAAA' }, { sig: 'AAAA' }] },
    },
    /malformed its envelope needs exactly one/,
  ],
];

test('what is refused is refused by name', () => {
  for (const [document, expected] of REFUSED) {
    const parsed = parseBundle(JSON.stringify(document));
    assert.ok(!parsed.ok);
    assert.match(`${parsed.failure.kind} ${parsed.failure.problem}`, expected);
  }
});

test('what an envelope signs is the encoding of its specification', () => {
  const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
  assert.equal(encoded.toString(), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

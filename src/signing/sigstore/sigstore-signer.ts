import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { digestOfFile, type FileSystem } from '../../host/index.ts';
import { readPrivateKey } from '../keys/key-file.ts';
import { keyDigest } from '../keys/key-kind.ts';
import type { LoadedKey } from '../keys/load-key.ts';
import { problem } from '../problem.ts';
import type { Signer } from '../signer.ts';
import { IN_TOTO_TYPE } from '../statements/statement.ts';
import type { SigningWorld } from '../world.ts';
import { bundleText } from './bundle.ts';
import { signEnvelope } from './envelope.ts';
import { isSignatureOf, isTooLarge, type Message, signMessage } from './raw-signature.ts';
import { attestedBy, bundleIn, verifyBundle } from './verify-bundle.ts';

/** How a public key is named to people and in documents. */
export function keyIdOf(key: KeyObject): string {
  return `sha256:${keyDigest(key).toString('hex')}`;
}

/** Signs as a Sigstore bundle with the key of a PEM file; cosign verifies it by the public key, offline. */
export function sigstoreSigner({ fs, env }: SigningWorld, loaded: LoadedKey): Result<Signer, Diagnostic> {
  const key = readPrivateKey(loaded, env.variables);
  if (!key.ok) return key;
  const publicKey = createPublicKey(key.value);
  return ok({
    format: 'sigstore',
    keyId: keyIdOf(key.value),
    warnings: [],
    sign: async (path) => signFile(fs, key.value, path),
    hasSigned: async (path) => verifyBundle({ fs, keys: [publicKey] }, path).ok,
    attestor: {
      attest: (statement) =>
        signEnvelope(key.value, { payloadType: IN_TOTO_TYPE, payload: Buffer.from(statement) }),
      hasAttested(text, statement) {
        const bundle = bundleIn(text, '');
        const verified = bundle.ok ? attestedBy([publicKey], bundle.value, '') : bundle;
        return verified.ok && Buffer.from(verified.value.text).equals(statement);
      },
      signBytes: (bytes) => signMessage(key.value, { bytes }).toString('base64'),
      hasSignedBytes: (bytes, signature) =>
        isSignatureOf(publicKey, { bytes }, Buffer.from(signature, 'base64')),
    },
    async [Symbol.asyncDispose]() {},
  });
}

function signFile(fs: FileSystem, key: KeyObject, path: string): Result<string, Diagnostic> {
  const message: Message = { fs, path, sizeBytes: fs.lstat(path)?.sizeBytes ?? 0 };
  if (isTooLarge(key, message)) {
    const hint = 'take an EC or an RSA key';
    return fail(problem('signing/too-large', 'an Ed25519 key signs files below 2 GiB', { path, hint }));
  }
  const stated = { algorithm: 'SHA2_256', digest: Buffer.from(digestOfFile(fs, path).hash, 'hex') };
  const signature = signMessage(key, message);
  return ok(bundleText(keyDigest(key).toString('base64'), { kind: 'message', stated, signature }));
}

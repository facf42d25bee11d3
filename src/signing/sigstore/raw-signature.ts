import { createSign, createVerify, type KeyObject, sign, verify } from 'node:crypto';
import { eachPart, type FileSystem } from '../../host/index.ts';
import { algorithmOf } from '../keys/key-kind.ts';

/** Ed25519 reads its message twice, so it is held; a file larger than this is not signed by such a key. */
export const MAX_ED25519_BYTES = 2 ** 31 - 1;

/** What is signed: bytes at hand, or a file that is read in parts. */
export type Message =
  | { readonly bytes: Uint8Array }
  | { readonly fs: FileSystem; readonly path: string; readonly sizeBytes: number };

/** Whether a key of this kind can sign the message at all. */
export function isTooLarge(key: KeyObject, message: Message): boolean {
  return isEd25519(key) && 'path' in message && message.sizeBytes > MAX_ED25519_BYTES;
}

/** Signs by the key's one algorithm: Ed25519, ECDSA in DER with SHA-256, RSA of PKCS#1 v1.5 with SHA-256. */
export function signMessage(key: KeyObject, message: Message): Buffer {
  if (isEd25519(key)) return sign(null, whole(message), key);
  const signer = createSign('sha256');
  feed(message, (part) => void signer.update(part));
  return signer.sign(key);
}

export function isSignatureOf(key: KeyObject, message: Message, signature: Uint8Array): boolean {
  if (isEd25519(key)) return verify(null, whole(message), key, signature);
  const verifier = createVerify('sha256');
  feed(message, (part) => void verifier.update(part));
  return verifier.verify(key, signature);
}

function isEd25519(key: KeyObject): boolean {
  const kind = algorithmOf(key);
  return 'algorithm' in kind && kind.algorithm === 'ed25519';
}

function whole(message: Message): Uint8Array {
  return 'bytes' in message ? message.bytes : message.fs.readFile(message.path);
}

function feed(message: Message, take: (part: Uint8Array) => void): void {
  if ('bytes' in message) take(message.bytes);
  else eachPart(message.fs, message.path, take);
}

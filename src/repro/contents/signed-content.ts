import { createHash } from 'node:crypto';
import { zipMembers } from './zip-members.ts';

const SIGNATURE_FILES = /^META-INF\/(?:MANIFEST\.MF|[^/]+\.(?:SF|RSA|DSA|EC))$/i;
const MAX_UNPACKED_BYTES = 1.5 * 2 ** 30;

/**
 * A digest of what a signed app, bundle or jar holds, without its signatures: names and contents in their order. Two apps
 * that only differ in who signed them have the same one. `undefined` for what is no zip or is not signed.
 */
export function contentUnderSignature(bytes: Buffer): string | undefined {
  const content = signableContent(bytes);
  return content?.isSigned ? content.sha256 : undefined;
}

export interface SignableContent {
  readonly isSigned: boolean;
  readonly sha256: string;
}

/** The same for what may not be signed yet: an app has one digest before and after. `undefined` for what is no zip. */
export function signableContent(bytes: Buffer): SignableContent | undefined {
  const archive =
    bytes.length > 4 && bytes.readUInt32BE(0) === 0x504b0304
      ? zipMembers(bytes, MAX_UNPACKED_BYTES)
      : undefined;
  if (!archive) return undefined;
  const { members, signingBlock } = archive;
  const isSigned = signingBlock !== undefined || members.some(({ name }) => SIGNATURE_FILES.test(name));
  const hash = createHash('sha256');
  for (const { name, content } of members) {
    if (SIGNATURE_FILES.test(name)) continue;
    const digest = createHash('sha256')
      .update(content ?? '')
      .digest('hex');
    hash.update(`${digest} ${name}\n`, 'latin1');
  }
  return { isSigned, sha256: hash.digest('hex') };
}

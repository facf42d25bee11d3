import type { Cause } from '../model.ts';
import { whole } from './byte-reader.ts';
import { otherKey, randomised } from './signing-block.ts';

/** A signature file of a jar, and the list that it signs. */
export interface JarSignature {
  readonly signature: Buffer;
  readonly list: Buffer | undefined;
}

/** Why two PKCS #7 signatures of a jar differ; `undefined` for what cannot be read as such. */
export function jarSignatureCause(name: string, a: JarSignature, b: JarSignature): Cause | undefined {
  const [certificatesA, certificatesB] = [certificatesOf(a.signature), certificatesOf(b.signature)];
  if (!certificatesA || !certificatesB) return undefined;
  if (!certificatesA.equals(certificatesB)) return otherKey(certificatesA, certificatesB);
  if (!a.list || !b.list?.equals(a.list))
    return { kind: 'follows', text: 'a signature over the list of digests, by the same key' };
  if (/\.(?:EC|DSA)$/i.test(name) || a.signature.includes(RSA_PSS)) return randomised();
  return { kind: 'signature', text: 'another signature over the same content by the same key' };
}

/** 1.2.840.113549.1.1.10 */
const RSA_PSS = Buffer.from('06092a864886f70d01010a', 'hex');
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT_0 = 0xa0;
const OBJECT_ID = 0x06;
const INTEGER = 0x02;

/** ContentInfo, SignedData, and in it the field `certificates` (RFC 5652, section 5.1). */
function certificatesOf(bytes: Buffer): Buffer | undefined {
  return whole(() => {
    const content = inside(bytes, [SEQUENCE]);
    const signedData = content && inside(content, [OBJECT_ID, CONTEXT_0], [SEQUENCE]);
    return signedData && inside(signedData, [INTEGER, SET, SEQUENCE, CONTEXT_0]);
  });
}

/** Passes over elements of these tags and gives what is inside of the last one, and so on from there. */
function inside(bytes: Buffer, ...paths: readonly (readonly number[])[]): Buffer | undefined {
  let within = bytes;
  for (const tags of paths) {
    let at = 0;
    let content: Buffer | undefined;
    for (const tag of tags) {
      if (within.readUInt8(at) !== tag) return undefined;
      const { from, to } = elementAt(within, at);
      content = within.subarray(from, to);
      at = to;
    }
    within = content!;
  }
  return within;
}

/** Where the content of an element begins and ends; lengths of up to four bytes. */
function elementAt(bytes: Buffer, at: number): { readonly from: number; readonly to: number } {
  const first = bytes.readUInt8(at + 1);
  if (first < 0x80) return { from: at + 2, to: at + 2 + first };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new RangeError('no definite length');
  const from = at + 2 + count;
  return { from, to: from + bytes.readUIntBE(at + 2, count) };
}

import { readSignedData } from '../../apps/index.ts';
import type { Cause } from '../model.ts';
import { otherKey, randomised } from './signing-block.ts';
import { whole } from './whole.ts';

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

function certificatesOf(bytes: Buffer): Buffer | undefined {
  const certificates = whole(() => readSignedData(bytes).certificates) ?? [];
  return certificates.length > 0 ? Buffer.concat(certificates) : undefined;
}

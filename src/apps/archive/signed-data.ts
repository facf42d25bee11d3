import { derOctets, derValueAt, derValues } from '../../base/index.ts';
import { wrong } from '../fault.ts';

const SIGNED_DATA = Buffer.from('2a864886f70d010702', 'hex');

export interface SignedData {
  /** What was signed, where it stands inside. */
  readonly content: Buffer | undefined;
  /** X.509, in the order of the file. */
  readonly certificates: readonly Buffer[];
  /** One `SignerInfo` behind the other. */
  readonly signers: Buffer;
}

/** The parts of a CMS `SignedData` (RFC 5652), as signatures of jars and profiles of Apple are. No signature is checked. */
export function readSignedData(bytes: Buffer): SignedData {
  const [kind, wrapped] = derValues(derValueAt(bytes, 0).content);
  if (!kind?.content.equals(SIGNED_DATA) || !wrapped) wrong('it is no signed data of CMS');
  const [, , inner, ...rest] = derValues(derValueAt(wrapped.content, 0).content);
  if (!inner) wrong('its signed data has no content');
  const [, holder] = derValues(inner.content);
  const certificates = rest.find(({ tag }) => tag === 0xa0);
  const signers = rest.find(({ tag }) => tag === 0x31);
  return {
    content: holder && derOctets(derValueAt(holder.content, 0)),
    certificates: certificates ? derValues(certificates.content).map(({ whole }) => whole) : [],
    signers: signers?.content ?? Buffer.alloc(0),
  };
}

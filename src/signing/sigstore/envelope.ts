import type { KeyObject } from 'node:crypto';
import { keyDigest } from '../keys/key-kind.ts';
import { bundleText, type Envelope } from './bundle.ts';
import { isSignatureOf, signMessage } from './raw-signature.ts';

/** What DSSE signs in place of the payload alone, so that a type cannot be exchanged (DSSE v1, PAE). */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** A bundle with a signed envelope around a payload. */
export function signEnvelope(key: KeyObject, { payloadType, payload }: Omit<Envelope, 'signature'>): string {
  const signature = signMessage(key, { bytes: preAuthenticationEncoding(payloadType, payload) });
  const envelope = { payloadType, payload, signature };
  return bundleText(keyDigest(key).toString('base64'), { kind: 'envelope', envelope });
}

export function isEnvelopeOf(key: KeyObject, { payloadType, payload, signature }: Envelope): boolean {
  return isSignatureOf(key, { bytes: preAuthenticationEncoding(payloadType, payload) }, signature);
}

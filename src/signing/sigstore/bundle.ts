import { fail, ok, type Result } from '../../base/index.ts';

/** What the media types of bundles begin with, whatever their version. */
export const BUNDLE_FAMILY = 'application/vnd.dev.sigstore.bundle';
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** What one signature is over: a file's bytes, or the envelope that it stands in. */
export type BundleContent =
  | {
      readonly kind: 'message';
      /** As stated; no part of the proof. Cosign leaves it out for Ed25519. */
      readonly stated?: { readonly algorithm: string; readonly digest: Buffer };
      readonly signature: Buffer;
    }
  | { readonly kind: 'envelope'; readonly envelope: Envelope };

/** DSSE's envelope with its one signature. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/** A Sigstore bundle by a key, as far as it is checked here. */
export interface SigstoreBundle {
  /** Base64 of the SHA-256 of the public key, where it was made so; a hint, no proof. */
  readonly keyHint: string;
  readonly content: BundleContent;
  /** Entries of a transparency log and timestamps that it carries; nothing here checks them. */
  readonly unchecked: number;
}

/** Why a text is no bundle that can be checked: `unsupported` is one of a kind that is left out by name. */
export type BundleFailure = { readonly kind: 'malformed' | 'unsupported'; readonly problem: string };

const MEDIA_TYPES = [
  BUNDLE_TYPE,
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
];

export const MAX_BUNDLE_BYTES = 2 ** 24;

/** Reads a bundle (sigstore_bundle.proto in JSON, versions 0.1 to 0.3). */
export function parseBundle(text: string): Result<SigstoreBundle, BundleFailure> {
  const value = parsedJson(text);
  const mediaType = objectOf(value).mediaType;
  if (typeof mediaType !== 'string') return malformed('it has no mediaType');
  if (!MEDIA_TYPES.includes(mediaType)) return unsupported(`the version ${mediaType}`);
  const { verificationMaterial, messageSignature, dsseEnvelope } = objectOf(value);
  const material = objectOf(verificationMaterial);
  if (material.certificate !== undefined || material.x509CertificateChain !== undefined)
    return unsupported('a signature by a certificate of an identity (keyless)');
  const { hint = '' } = objectOf(material.publicKey);
  if (material.publicKey === undefined || typeof hint !== 'string')
    return malformed('it says nothing of its key');
  if ((messageSignature === undefined) === (dsseEnvelope === undefined))
    return malformed('it needs either a messageSignature or a dsseEnvelope');
  const content = dsseEnvelope === undefined ? messageOf(messageSignature) : envelopeOf(dsseEnvelope);
  if (!content.ok) return content;
  return ok({ keyHint: hint, content: content.value, unchecked: uncheckedIn(material) });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function bytesOf(value: unknown): Buffer | undefined {
  return typeof value === 'string' && value !== '' && BASE64.test(value)
    ? Buffer.from(value, 'base64')
    : undefined;
}

function messageOf(value: unknown): Result<BundleContent, BundleFailure> {
  const { messageDigest, signature } = objectOf(value);
  const bytes = bytesOf(signature);
  if (!bytes) return malformed('its signature is no base64');
  const { algorithm, digest } = objectOf(messageDigest);
  if (algorithm === undefined && digest === undefined) return ok({ kind: 'message', signature: bytes });
  const stated = bytesOf(digest);
  if (typeof algorithm !== 'string' || !stated) return malformed('its messageDigest is none');
  return ok({ kind: 'message', signature: bytes, stated: { algorithm, digest: stated } });
}

function envelopeOf(value: unknown): Result<BundleContent, BundleFailure> {
  const { payload, payloadType, signatures } = objectOf(value);
  const content = bytesOf(payload);
  if (!content || typeof payloadType !== 'string') return malformed('its envelope has no payload');
  if (!Array.isArray(signatures) || signatures.length !== 1)
    return malformed('its envelope needs exactly one signature');
  const signature = bytesOf(objectOf(signatures[0]).sig);
  if (!signature) return malformed('its signature is no base64');
  return ok({ kind: 'envelope', envelope: { payloadType, payload: content, signature } });
}

function uncheckedIn({ tlogEntries, timestampVerificationData }: Readonly<Record<string, unknown>>): number {
  const { rfc3161Timestamps } = objectOf(timestampVerificationData);
  return [tlogEntries, rfc3161Timestamps].reduce<number>(
    (count, list) => count + (Array.isArray(list) ? list.length : 0),
    0,
  );
}

function malformed(text: string): Result<never, BundleFailure> {
  return fail({ kind: 'malformed', problem: text });
}

function unsupported(text: string): Result<never, BundleFailure> {
  return fail({ kind: 'unsupported', problem: text });
}

/** The bundle as JSON, in the order of fields that cosign writes. */
export function bundleText(keyHint: string, content: BundleContent): string {
  const signed =
    content.kind === 'message'
      ? { messageSignature: messageJson(content) }
      : { dsseEnvelope: envelopeJson(content.envelope) };
  const verificationMaterial = { publicKey: { hint: keyHint } };
  return `${JSON.stringify({ mediaType: BUNDLE_TYPE, verificationMaterial, ...signed })}\n`;
}

function messageJson({ stated, signature }: BundleContent & { readonly kind: 'message' }): object {
  const messageDigest = stated && {
    algorithm: stated.algorithm,
    digest: stated.digest.toString('base64'),
  };
  return { messageDigest: messageDigest ?? {}, signature: signature.toString('base64') };
}

function envelopeJson({ payload, payloadType, signature }: Envelope): object {
  const sig = signature.toString('base64');
  return { payload: payload.toString('base64'), payloadType, signatures: [{ sig }] };
}

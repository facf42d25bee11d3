import { digestOf } from '../base/index.ts';
import { canonicalJson } from './canonical-json.ts';
import {
  type Descriptor,
  descriptorOf,
  type EncodedDocument,
  encodeConfig,
  encodeManifest,
  MEDIA_TYPES,
} from './image.ts';
import { parseJson } from './parse-json.ts';
import { referrersTag } from './referrer.ts';

/** How cosign kept signatures before version 3: a payload for each, in layers of a manifest under a tag that the image's digest names. */
export const SIMPLE_SIGNING_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const SIGNATURE = 'dev.cosignproject.cosign/signature';

/** The tag of an image's signatures. */
export function signatureTag(digest: string): string {
  return `${referrersTag(digest)}.sig`;
}

/** What is signed: `name` is `registry/repository`. */
export function simplePayload(name: string, digest: string): string {
  return canonicalJson({
    critical: {
      identity: { 'docker-reference': name },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image',
    },
    optional: null,
  });
}

/** What a payload is about, and what it was called; `undefined` for what is no payload. */
export function readSimplePayload(
  text: string,
): { readonly name: string; readonly digest: string } | undefined {
  const { critical } = fieldsOf(parseJson(text));
  const { identity, image } = fieldsOf(critical);
  const { 'docker-manifest-digest': digest } = fieldsOf(image);
  const { 'docker-reference': name } = fieldsOf(identity);
  if (typeof digest !== 'string') return undefined;
  return { name: typeof name === 'string' ? name : '', digest };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The layer of a payload with its signature, in base64. */
export function signatureLayer(payload: string, signature: string): Descriptor {
  const layer = descriptorOf(digestOf(payload), SIMPLE_SIGNING_TYPE);
  return { ...layer, annotations: { [SIGNATURE]: signature } };
}

/** The signature of a layer, in base64. */
export function signatureOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[SIGNATURE];
}

/** All signatures of an image as the one manifest that is under the tag; its config is that of an image, which older programs read. */
export function encodeSignatures(layers: readonly Descriptor[]): {
  readonly manifest: EncodedDocument;
  readonly config: EncodedDocument;
} {
  const diffIds = layers.map(({ digest }) => digest);
  const config = encodeConfig({
    ...{ architecture: '', os: '', config: {} },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: layers.map(() => ({})),
  });
  const { manifest: mediaType } = MEDIA_TYPES;
  return {
    manifest: encodeManifest({ schemaVersion: 2, mediaType, config: config.descriptor, layers }),
    config,
  };
}

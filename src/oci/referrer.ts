import { digestOf } from '../base/index.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { type Descriptor, descriptorOf, type EncodedDocument, MEDIA_TYPES } from './image.ts';

/** What says something of an image that is in a registry already: a manifest with a subject. */
export interface Referrer {
  /** What it says something of. */
  readonly subject: Descriptor;
  readonly artifactType: string;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** Its manifest, and the config of an artifact, which says nothing. */
export function encodeReferrer({ subject, artifactType, layers, annotations }: Referrer): {
  readonly manifest: EncodedDocument;
  readonly config: EncodedDocument;
} {
  const config = documentOf({}, MEDIA_TYPES.empty);
  const { mediaType, digest, size } = subject;
  const manifest = {
    ...{ schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, artifactType, annotations },
    ...{ config: config.descriptor, layers, subject: { mediaType, digest, size } },
  };
  return { manifest: documentOf(manifest as unknown as Json, MEDIA_TYPES.manifest), config };
}

function documentOf(document: Json, mediaType: string): EncodedDocument {
  const text = canonicalJson(document);
  return { descriptor: descriptorOf(digestOf(text), mediaType), text };
}

/** The tag under which a registry that cannot list referrers has an index of them. */
export function referrersTag(digest: string): string {
  return digest.replace(':', '-');
}

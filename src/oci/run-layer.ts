import { canonicalJson, type Json } from './canonical-json.ts';
import { type Descriptor, MEDIA_TYPES } from './image.ts';
import { parseJson } from './parse-json.ts';

/** What a RUN changed, as a layer: its descriptor, the digest of its tar, and the blob relative to this document's folder. */
export interface RunLayerDocument {
  readonly descriptor: Descriptor;
  readonly diffId: string;
  readonly blob: string;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** A name in the same folder, so that a document cannot lead anywhere else. */
const BLOB = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** `undefined` for a RUN that changed nothing. */
export function runLayerText(layer: RunLayerDocument | undefined): string {
  return canonicalJson((layer ?? {}) as unknown as Json);
}

/** Reads what `runLayerText` wrote: a layer, or nothing changed; a failure is a text that is neither. */
export function parseRunLayer(text: string): RunLayerDocument | 'unchanged' | undefined {
  const layer = parseJson(text) as Partial<RunLayerDocument> | undefined;
  if (typeof layer !== 'object' || layer === null || Array.isArray(layer)) return undefined;
  if (Object.keys(layer).length === 0) return 'unchanged';
  const { descriptor, diffId, blob } = layer;
  const isLayer =
    descriptor?.mediaType === MEDIA_TYPES.layer &&
    DIGEST.test(descriptor.digest) &&
    Number.isSafeInteger(descriptor.size) &&
    typeof diffId === 'string' &&
    DIGEST.test(diffId) &&
    typeof blob === 'string' &&
    BLOB.test(blob);
  return isLayer ? { descriptor, diffId, blob } : undefined;
}

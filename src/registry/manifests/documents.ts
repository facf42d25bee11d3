import { fail, ok, type Result } from '../../base/index.ts';
import { type Descriptor, parseJson } from '../../oci/index.ts';
import type { Platform } from '../platform.ts';
import { isImageType, isIndexType } from './media-types.ts';

/** The specification's limit for a manifest. */
export const MAX_MANIFEST_BYTES = 4 * 2 ** 20;
const MAX_DEPTH = 32;
const MAX_ENTRIES = 10_000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const MEDIA_TYPE = /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9][\w!#$&^.+-]{0,126}$/;

/** A manifest or index whose members were checked; its bytes stay as they came. */
export type ImageDocument =
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    }
  | { readonly kind: 'index'; readonly mediaType: string; readonly manifests: readonly IndexEntry[] };

export interface IndexEntry extends Descriptor {
  readonly platform?: Platform;
}

/**
 * Reads a manifest of the OCI image specification or of Docker's schema 2; the failure says what is wrong. `statedType`
 * is what the answer or the descriptor calls it: a document that calls itself something else is refused.
 */
export function parseDocument(text: string, statedType: string | undefined): Result<ImageDocument, string> {
  if (!isShallow(text)) return fail(`a manifest that is nested deeper than ${MAX_DEPTH}`);
  const document = parseJson(text);
  if (!isObject(document)) return fail('a manifest that is not a JSON object');
  const own = typeof document.mediaType === 'string' ? document.mediaType : undefined;
  const stated = isGeneric(statedType) ? undefined : statedType;
  if (own !== undefined && stated !== undefined && own !== stated)
    return fail(`a manifest that is called ${shown(stated)} and calls itself ${shown(own)}`);
  const mediaType = stated ?? own ?? '';
  if (document.schemaVersion !== 2 || !(isImageType(mediaType) || isIndexType(mediaType)))
    return fail(
      `a document of the kind ${shown(mediaType === '' ? 'unknown' : mediaType)}, which is no manifest of an image`,
    );
  return isIndexType(mediaType) ? parseIndex(document, mediaType) : parseImage(document, mediaType);
}

function parseImage(document: Fields, mediaType: string): Result<ImageDocument, string> {
  const { config, layers, manifests } = document;
  if (manifests !== undefined) return fail('a manifest that is an index as well');
  if (!isDescriptor(config)) return fail('a manifest without a config');
  if (!isList(layers) || !layers.every(isDescriptor))
    return fail('a manifest whose layers are not descriptors');
  return ok({ kind: 'image', mediaType, config, layers });
}

function parseIndex(document: Fields, mediaType: string): Result<ImageDocument, string> {
  const { config, layers, manifests } = document;
  // A document that can be read both ways means two things to two readers.
  if (config !== undefined || layers !== undefined) return fail('an index that is a manifest as well');
  if (!isList(manifests) || !manifests.every(isDescriptor))
    return fail('an index whose manifests are not descriptors');
  return ok({ kind: 'index', mediaType, manifests: manifests.map(toEntry) });
}

function toEntry(descriptor: Descriptor): IndexEntry {
  const { platform, ...rest } = descriptor;
  const stated: unknown = platform;
  if (!isObject(stated) || typeof stated.os !== 'string' || typeof stated.architecture !== 'string')
    return rest;
  const variant =
    typeof stated.variant === 'string' && stated.variant !== '' ? { variant: stated.variant } : {};
  return { ...rest, platform: { os: stated.os, architecture: stated.architecture, ...variant } };
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= MAX_ENTRIES;
}

function isDescriptor(value: unknown): value is Descriptor {
  if (!isObject(value)) return false;
  const { mediaType, digest, size } = value;
  return (
    typeof mediaType === 'string' &&
    MEDIA_TYPE.test(mediaType) &&
    isDigest(digest) &&
    Number.isSafeInteger(size) &&
    (size as number) >= 0
  );
}

/** `sha256:<hex>`, the one kind that every registry has. */
export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && DIGEST.test(value);
}

/** What servers say that do not know what they serve. */
function isGeneric(mediaType: string | undefined): boolean {
  return mediaType === undefined || ['', 'application/json', 'application/octet-stream'].includes(mediaType);
}

function shown(mediaType: string): string {
  return JSON.stringify(mediaType.slice(0, 120));
}

/** Whether a text's brackets are nested no deeper than a document may be; brackets in strings do not count. */
export function isShallow(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (mark === '\\') at++;
    else if (mark === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (mark === '[' || mark === '{') depth++;
    else if (mark === ']' || mark === '}') depth--;
    if (depth > MAX_DEPTH) return false;
  }
  return true;
}

import { readManifest } from '../../oci/index.ts';
import { algorithmOf, type BlobDigest, digestOfBytes, parseBlobDigest } from '../blobs/blob-digest.ts';
import { wholeBody } from '../http/body.ts';
import { HttpError } from '../http/http-error.ts';
import type { Call } from '../http/operation.ts';
import { digestOf } from './blob-handlers.ts';
import { ociError } from './oci-error.ts';
import type { Registry } from './registry.ts';

interface ManifestParams {
  readonly name: string;
  readonly reference: string;
}

/** The specification's limit. */
const MOST_BYTES = 4 * 2 ** 20;
const MOST_TAGS = 50;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** GET and HEAD. */
export async function getManifest(registry: Registry, { params, request, reply }: Call): Promise<unknown> {
  const { name, reference } = params as ManifestParams;
  const manifest = await registry.manifests.manifest(name, reference);
  if (!manifest) throw unknown(name, reference);
  const { digest, mediaType, content } = manifest;
  const etag = `"${digest}"`;
  reply.headers({
    'docker-content-digest': digest,
    'content-type': mediaType,
    etag,
    'cache-control': 'private, no-cache',
  });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  reply.header('content-length', content.byteLength);
  return reply.send(request.method === 'HEAD' ? undefined : Buffer.from(content));
}

export async function putManifest(registry: Registry, call: Call): Promise<unknown> {
  const { name, reference } = call.params as ManifestParams;
  const tags = tagsOf(call, reference);
  const content = await wholeBody(call, MOST_BYTES);
  const digest = namedDigest(reference, content);
  const mediaType = call.request.headers['content-type'] ?? '';
  const read = readManifest(textOf(content), mediaType);
  if (!read.ok) {
    throw ociError('MANIFEST_INVALID', {
      message: read.failure.join('; '),
      detail: { problems: read.failure },
    });
  }
  const document = read.value;
  await onDisk(
    registry,
    document.blobs.map((each) => each.digest as BlobDigest),
  );
  const manifest = { digest, mediaType: document.mediaType, content, document, tags };
  const missing = await registry.manifests.addManifest(name, manifest);
  if (missing.length > 0) throw missingContent(missing);
  const pushedTags = call.request.query as { readonly tag?: unknown };
  return call.reply
    .code(201)
    .headers({
      location: `/v2/${name}/manifests/${reference}`,
      'docker-content-digest': digest,
      ...(document.subject === undefined ? {} : { 'oci-subject': document.subject }),
      ...(pushedTags.tag === undefined ? {} : { 'oci-tag': tags.join(', ') }),
    })
    .send();
}

/** Blobs whose file is gone or was set aside count as missing; the others are brought to the disk before they are promised. */
async function onDisk({ blobs }: Registry, digests: readonly BlobDigest[]): Promise<void> {
  const missing = digests.filter((digest) => !blobs.stat(digest));
  if (missing.length > 0) throw missingContent(missing);
  await blobs.flush(digests);
}

const MOST_TOLD = 100;

function missingContent(missing: readonly string[]): HttpError {
  return ociError('MANIFEST_BLOB_UNKNOWN', {
    message: `the manifest names what the repository lacks: ${missing.slice(0, MOST_TOLD).join(', ')}`,
    detail: { missing: missing.slice(0, MOST_TOLD) },
  });
}

/** By digest, a manifest may get several tags at once. */
function tagsOf({ request }: Call, reference: string): readonly string[] {
  if (!reference.includes(':')) return [tagOf(reference)];
  const { tag = [] } = request.query as { readonly tag?: string | readonly string[] };
  const tags = typeof tag === 'string' ? [tag] : tag;
  if (tags.length > MOST_TAGS)
    throw new HttpError(414, 'UNSUPPORTED', { message: `more than ${MOST_TAGS} tags at once` });
  return [...new Set(tags.map(tagOf))];
}

function tagOf(text: string): string {
  if (TAG.test(text)) return text;
  throw ociError('TAG_INVALID', { message: `\`${text.slice(0, 200)}\` is not a tag` });
}

function namedDigest(reference: string, content: Uint8Array): BlobDigest {
  if (!reference.includes(':')) return digestOfBytes(content);
  const named = digestOf(reference);
  const actual = digestOfBytes(content, algorithmOf(named));
  if (actual === named) return named;
  throw ociError('DIGEST_INVALID', { message: `the manifest that came has the digest ${actual}` });
}

export async function deleteManifest({ manifests }: Registry, { params, reply }: Call): Promise<unknown> {
  const { name, reference } = params as ManifestParams;
  if (!reference.includes(':')) {
    if (!(await manifests.removeTag(name, reference))) throw unknown(name, reference);
    return reply.code(202).send();
  }
  const removed = await manifests.removeManifest(name, digestOf(reference));
  if (removed === 'absent') throw unknown(name, reference);
  if (removed === 'referenced') {
    throw new HttpError(409, 'DENIED', {
      message: `an index of ${name} names ${reference}: delete that first`,
    });
  }
  return reply.code(202).send();
}

function unknown(name: string, reference: string): HttpError {
  const detail = parseBlobDigest(reference) ? { digest: reference } : { tag: reference.slice(0, 200) };
  return ociError('MANIFEST_UNKNOWN', {
    message: `${name} has no manifest ${reference.slice(0, 200)}`,
    detail,
  });
}

function textOf(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw ociError('MANIFEST_INVALID', { message: 'the manifest is not UTF-8' });
  }
}

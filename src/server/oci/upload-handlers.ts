import { randomUUID } from 'node:crypto';
import type { Result } from '../../base/index.ts';
import { assertNever } from '../../base/index.ts';
import { seenBy } from '../access/reach.ts';
import type { Seen } from '../access/scope.ts';
import { type Algorithm, type BlobDigest, parseBlobDigest } from '../blobs/blob-digest.ts';
import type { PutFailure, StoredBlob } from '../blobs/blob-store.ts';
import { bodyOf } from '../http/body.ts';
import { HttpError } from '../http/http-error.ts';
import type { Call } from '../http/operation.ts';
import { digestOf } from './blob-handlers.ts';
import { ociError } from './oci-error.ts';
import { isRepository } from './paths.ts';
import type { Registry } from './registry.ts';

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

interface UploadParams {
  readonly name: string;
  readonly id: string;
}

/** Mounts a blob, takes one whole, or begins an upload. */
export async function postUpload(registry: Registry, call: Call): Promise<unknown> {
  const { name } = call.params as UploadParams;
  const { mount, from, digest, 'digest-algorithm': algorithm = 'sha256' } = call.request.query as Query;
  if (typeof mount === 'string') {
    const seen = seenBy(call.identity, 'oci');
    const mounted = await mountBlob(registry, name, { mount, from: one(from), seen });
    if (mounted) return created(call, name, mounted);
  } else if (typeof digest === 'string') {
    const expected = digestOf(digest);
    const { maxUploadBytes: maxBytes } = registry.services.settings;
    const stored = await registry.blobs.put(bodyOf(call), { expected, maxBytes });
    return storedIn(registry, call, stored);
  }
  if (algorithm !== 'sha256' && algorithm !== 'sha512')
    throw ociError('DIGEST_INVALID', { message: 'digests are by sha256 or sha512' });
  const id = randomUUID();
  registry.blobs.uploads.begin(id, algorithm satisfies Algorithm);
  registry.has.beginUpload(id, name);
  return call.reply
    .code(202)
    .headers(progress(name, id, 0))
    .send();
}

async function mountBlob(
  { blobs, has }: Registry,
  name: string,
  { mount, ...source }: { readonly mount: string; readonly from: string | undefined; readonly seen: Seen },
): Promise<BlobDigest | undefined> {
  const digest = parseBlobDigest(mount);
  if (!digest || (source.from !== undefined && !isRepository(source.from))) return undefined;
  // One that was set aside as damaged is to be sent again.
  if (!blobs.stat(digest)) return undefined;
  return (await has.mount(name, digest, source)) ? digest : undefined;
}

export async function getUpload(registry: Registry, call: Call): Promise<unknown> {
  const { name, id } = await known(registry, call);
  const sizeBytes = registry.blobs.uploads.sizeBytes(id);
  return call.reply
    .code(204)
    .headers(progress(name, id, sizeBytes))
    .send();
}

export async function patchUpload(registry: Registry, call: Call): Promise<unknown> {
  const { name, id } = await known(registry, call);
  await inOrder(registry, call);
  const { maxUploadBytes } = registry.services.settings;
  await registry.has.keepUpload(id);
  const added = await registry.blobs.uploads.append(id, bodyOf(call), maxUploadBytes);
  if (!added.ok) throw putError(added.failure);
  return call.reply
    .code(202)
    .headers(progress(name, id, added.value))
    .send();
}

export async function putUpload(registry: Registry, call: Call): Promise<unknown> {
  const { id } = await known(registry, call);
  const { digest } = call.request.query as Query;
  if (typeof digest !== 'string') throw ociError('DIGEST_INVALID', { message: 'the query names no digest' });
  const expected = digestOf(digest);
  await inOrder(registry, call);
  const { maxUploadBytes: maxBytes } = registry.services.settings;
  const stored = await registry.blobs.uploads.finish(id, bodyOf(call), { expected, maxBytes });
  const isOver = stored.ok || stored.failure.kind === 'wrong-digest';
  if (isOver) await registry.has.removeUpload(id);
  return storedIn(registry, call, stored);
}

export async function deleteUpload(registry: Registry, call: Call): Promise<unknown> {
  const { id } = await known(registry, call);
  const discarded = await registry.blobs.uploads.discard(id);
  if (!discarded.ok) throw putError(discarded.failure);
  await registry.has.removeUpload(id);
  return call.reply.code(204).send();
}

/** The row is written while the blob is young, so that nothing removes it in between. */
async function storedIn(
  { has }: Registry,
  call: Call,
  stored: Result<StoredBlob, PutFailure>,
): Promise<unknown> {
  if (!stored.ok) throw putError(stored.failure);
  const { name } = call.params as UploadParams;
  await has.addBlob(name, stored.value);
  return created(call, name, stored.value.digest);
}

function created({ reply }: Call, name: string, digest: BlobDigest): unknown {
  const headers = { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest };
  return reply.code(201).headers(headers).send();
}

/** An empty upload is said to have its byte 0, too: the form has no way to say none. */
function progress(name: string, id: string, sizeBytes: number): Record<string, string> {
  return {
    location: `/v2/${name}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, sizeBytes - 1)}`,
    'docker-upload-uuid': id,
  };
}

async function known({ has }: Registry, { params }: Call): Promise<UploadParams> {
  const { name, id } = params as UploadParams;
  if (await has.hasUpload(id, name)) return { name, id };
  throw ociError('BLOB_UPLOAD_UNKNOWN', { message: `${name} has no such upload; begin another one` });
}

/** A piece that does not begin where the upload ends would leave a hole, or be there twice. */
async function inOrder({ blobs }: Registry, { params, request }: Call): Promise<void> {
  const { name, id } = params as UploadParams;
  const header = request.headers['content-range'];
  if (header === undefined) return;
  const [, start, end] =
    /^(?:bytes )?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/.exec(String(header)) ?? [];
  const sizeBytes = blobs.uploads.sizeBytes(id);
  const length = request.headers['content-length'];
  const isWhole = length === undefined || Number(length) === Number(end) - Number(start) + 1;
  if (start !== undefined && Number(start) === sizeBytes && isWhole) return;
  throw ociError('BLOB_UPLOAD_INVALID', {
    status: 416,
    message: `the upload has ${sizeBytes} bytes, and the piece is said to be \`${String(header).slice(0, 60)}\``,
    headers: progress(name, id, sizeBytes),
  });
}

function putError(failure: PutFailure): HttpError {
  switch (failure.kind) {
    case 'too-large':
      return ociError('SIZE_INVALID', { status: 413, message: `more than ${failure.maxBytes} bytes` });
    case 'wrong-digest':
      return ociError('DIGEST_INVALID', { message: `the bytes that came have the digest ${failure.actual}` });
    case 'busy':
      return new HttpError(409, 'BLOB_UPLOAD_INVALID', { message: 'another request writes to this upload' });
    case 'absent':
      return ociError('BLOB_UPLOAD_UNKNOWN', { message: 'there is no such upload; begin another one' });
    default:
      return assertNever(failure);
  }
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

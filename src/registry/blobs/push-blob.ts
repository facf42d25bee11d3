import { fail, ok, type Result } from '../../base/index.ts';
import type { Descriptor } from '../../oci/index.ts';
import { pullScope } from '../access/scopes.ts';
import type { Session } from '../exchange/session.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { isForeignType } from '../manifests/media-types.ts';
import type { ClientContext } from '../world.ts';
import { fileDigest, ociDigest } from './blob-sink.ts';
import type { BlobSource } from './blob-source.ts';
import { beginRequest, isBlobThere, type OpenUpload, openUpload, Upload } from './upload.ts';
import type { UploadMemory } from './upload-memory.ts';

export interface BlobPush {
  readonly place: Place;
  readonly descriptor: Descriptor;
  readonly source: BlobSource;
  /** Repositories of the same registry that may have it. */
  readonly mountFrom: readonly string[];
  readonly memory: UploadMemory;
}

export type HowPushed = 'transferred' | 'present' | 'mounted';

/** Brings one blob into a repository: not at all when it is there, by a mount where another repository has it, else by upload. */
export async function pushBlob(
  context: ClientContext,
  session: Session,
  push: BlobPush,
): Promise<Result<HowPushed, RegistryFailure>> {
  const { descriptor, place, source, memory } = push;
  const there = await isBlobThere(session, place, descriptor);
  if (!there.ok) return there;
  if (there.value) {
    memory.forget(place, descriptor.digest);
    return ok('present');
  }
  const mounted = await mount(session, push);
  if (!mounted.ok) return mounted;
  if (mounted.value === 'mounted') return ok('mounted');
  const path = source.fileOf(descriptor);
  if (path === undefined) {
    if (isForeignType(descriptor.mediaType)) return ok('present');
    return fail({
      kind: 'bad-image',
      ...place,
      problem: `${descriptor.digest} is not there, or not of its size`,
    });
  }
  const { digest, size } = descriptor;
  context.onEvent({ type: 'blob.started', digest, sizeBytes: size });
  using upload = new Upload(context, session, { place, digest, size, path, memory });
  const sent = await upload.run(mounted.value);
  if (sent.ok) return ok('transferred');
  // Only now it is worth reading the file again: who is at fault?
  const isRefused = sent.failure.kind === 'rejected';
  if (!isRefused || ociDigest(fileDigest(context.world.fs, path)) === digest) return sent;
  return fail({ kind: 'bad-image', ...place, problem: `${digest} has other bytes than its name says` });
}

/** Asks for the blob of another repository; an upload may have been opened in its stead. */
async function mount(
  session: Session,
  { place, descriptor, mountFrom }: BlobPush,
): Promise<Result<'mounted' | OpenUpload | undefined, RegistryFailure>> {
  let opened: OpenUpload | undefined;
  for (const from of mountFrom) {
    if (from === place.repository) continue;
    const query = `?mount=${encodeURIComponent(descriptor.digest)}&from=${encodeURIComponent(from)}`;
    const answer = await session.send(beginRequest(place, query, [pullScope(from)]), place);
    if (!answer.ok) {
      if (answer.failure.kind === 'interrupted') return answer;
      continue;
    }
    answer.value.discard();
    if (answer.value.status === 201) return ok('mounted');
    const upload = await openUpload(session, answer.value, place);
    if (upload.ok) opened = upload.value;
  }
  return ok(opened);
}

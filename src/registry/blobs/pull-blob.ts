import { type Digest, fail, ok, type Result } from '../../base/index.ts';
import type { HttpResponse } from '../../host/index.ts';
import type { Descriptor } from '../../oci/index.ts';
import { pullScope } from '../access/scopes.ts';
import { failureOf } from '../exchange/exchange.ts';
import { Patience } from '../exchange/patience.ts';
import type { Session } from '../exchange/session.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import type { ClientContext } from '../world.ts';
import { type BlobSink, ociDigest } from './blob-sink.ts';
import { PartialBlob } from './partial-blob.ts';
import { Progress } from './progress.ts';

interface BlobRequest {
  readonly descriptor: Descriptor;
  readonly place: Place;
}

/** A blob that is fetched into a file. */
interface Fetching extends BlobRequest {
  readonly partial: PartialBlob;
}

/**
 * Fetches one blob into the sink. Each byte is counted and hashed as it is written; a connection that breaks is taken up
 * again where it broke (`Range`), and what was put together and proves wrong is fetched once more in one piece.
 */
export async function pullBlob(
  context: ClientContext,
  session: Session,
  request: BlobRequest & { readonly sink: BlobSink },
): Promise<Result<void, RegistryFailure>> {
  const { descriptor, place, sink } = request;
  const digest = digestOfDescriptor(descriptor);
  for (let isLast = false; ; isLast = true) {
    using partial = new PartialBlob(context.world, sink, digest);
    const pieces = await fetchAll(context, session, { descriptor, place, partial });
    if (!pieces.ok) return pieces;
    const actual = await partial.finish();
    if (actual.hash === digest.hash) return ok(undefined);
    if (isLast || pieces.value <= 1)
      return fail({
        kind: 'digest-mismatch',
        ...place,
        digest: descriptor.digest,
        actual: ociDigest(actual),
      });
  }
}

export function digestOfDescriptor({ digest, size }: Descriptor): Digest {
  return { hash: digest.slice('sha256:'.length), sizeBytes: size };
}

/** Fetches until the size is reached; the count of pieces that it took. */
async function fetchAll(
  context: ClientContext,
  session: Session,
  fetching: Fetching,
): Promise<Result<number, RegistryFailure>> {
  const { descriptor, partial } = fetching;
  const patience = new Patience(context);
  let pieces = partial.sizeBytes > 0 ? 1 : 0;
  while (partial.sizeBytes < descriptor.size) {
    const before = partial.sizeBytes;
    const result = await fetchRest(context, session, fetching);
    const hasMoved = partial.sizeBytes > before;
    if (hasMoved) {
      pieces++;
      patience.progress();
    }
    if (result.ok) continue;
    const isShort = result.failure.kind === 'size-mismatch' && result.failure.actualBytes < descriptor.size;
    const failure: RegistryFailure =
      isShort && hasMoved ? { kind: 'unreachable', ...fetching.place, code: 'ENDED_EARLY' } : result.failure;
    if (!(await patience.again(failure))) return result;
  }
  return ok(pieces);
}

/** One request for what is missing. */
async function fetchRest(
  context: ClientContext,
  session: Session,
  fetching: Fetching,
): Promise<Result<void, RegistryFailure>> {
  const { descriptor, place, partial } = fetching;
  const offset = partial.sizeBytes;
  const answer = await session.send(
    {
      method: 'GET',
      url: `/v2/${place.repository}/blobs/${descriptor.digest}`,
      headers: offset > 0 ? { range: `bytes=${offset}-${descriptor.size - 1}` } : {},
      scopes: [pullScope(place.repository)],
      accepts: offset > 0 ? [200, 206, 416] : [200],
      what: `blob ${descriptor.digest}`,
      isOnce: true,
    },
    place,
  );
  if (!answer.ok) return answer;
  const response = answer.value;
  if (response.status === 416) {
    response.discard();
    partial.reset();
    return fail({ kind: 'unreachable', ...place, code: 'RANGE_REFUSED' });
  }
  const problem = headProblem(response, fetching, offset);
  if (problem) {
    response.discard();
    return fail(problem);
  }
  return takeBody(context, response, fetching);
}

/** What a blob's head says that cannot be, before a byte of it is taken. */
function headProblem(
  { status, headers }: HttpResponse,
  { descriptor, place }: Fetching,
  offset: number,
): RegistryFailure | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    return { kind: 'bad-answer', ...place, problem: 'a blob with a content encoding that was not asked for' };
  const { digest, size } = descriptor;
  if (status === 206) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
    if (Number(start) !== offset)
      return { kind: 'bad-answer', ...place, problem: 'a part that was not asked for' };
    if (total === '*' || Number(total) === size) return undefined;
    return { kind: 'size-mismatch', ...place, digest, expectedBytes: size, actualBytes: Number(total) };
  }
  const length = headers['content-length'];
  if (length === undefined || Number(length) === size) return undefined;
  return { kind: 'size-mismatch', ...place, digest, expectedBytes: size, actualBytes: Number(length) };
}

async function takeBody(
  context: ClientContext,
  response: HttpResponse,
  { descriptor, place, partial }: Fetching,
): Promise<Result<void, RegistryFailure>> {
  const { digest, size } = descriptor;
  // A server that ignores the range begins at the beginning, and what is there is passed over.
  let passed = response.status === 206 ? 0 : partial.sizeBytes;
  let isTooLong = false;
  const progress = new Progress(context, digest);
  const read = await response.read((chunk) => {
    const rest = chunk.subarray(Math.min(passed, chunk.byteLength));
    passed -= chunk.byteLength - rest.byteLength;
    isTooLong = partial.sizeBytes + rest.byteLength > size;
    if (isTooLong) return false;
    partial.write(rest);
    progress.add(rest.byteLength);
    return true;
  });
  progress.flush();
  const actualBytes = isTooLong ? size + 1 : partial.sizeBytes;
  if (!read.ok && !isTooLong) return fail(failureOf(read.failure, place));
  return actualBytes === size
    ? ok(undefined)
    : fail({ kind: 'size-mismatch', ...place, digest, expectedBytes: size, actualBytes });
}

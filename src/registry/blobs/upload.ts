import { fail, ok, type Result } from '../../base/index.ts';
import type { HttpResponse } from '../../host/index.ts';
import { pushScope } from '../access/scopes.ts';
import { resolveUrl } from '../exchange/exchange.ts';
import { Patience } from '../exchange/patience.ts';
import type { Session } from '../exchange/session.ts';
import { isPassing, type Place, type RegistryFailure } from '../failure.ts';
import type { ClientContext } from '../world.ts';
import { FileSlices } from './file-slice.ts';
import { Progress } from './progress.ts';
import type { UploadMemory } from './upload-memory.ts';

/** Uploads that are begun for one blob before it is given up. */
const MOST_UPLOADS = 4;
/** Steps in a row by which the registry has no more than before. */
const MOST_IDLE = 12;

export interface Sending {
  readonly place: Place;
  readonly digest: string;
  readonly size: number;
  readonly path: string;
  readonly memory: UploadMemory;
}

/** An upload that the registry has open. */
export interface OpenUpload {
  readonly url: string;
  /** Bytes that the registry has. */
  readonly offset: number;
  /** The least that it takes at once, but for the last chunk. */
  readonly leastBytes: number;
}

type Step = Result<OpenUpload | 'done', RegistryFailure>;

/**
 * Sends one blob (distribution specification, "Pushing blobs"): in one request, or in chunks whose end the registry
 * confirms. After a break it is asked how far it came; only when it does not know the upload any more it begins anew.
 */
export class Upload implements Disposable {
  readonly #context: ClientContext;
  readonly #session: Session;
  readonly #sending: Sending;
  readonly #file: FileSlices;
  readonly #progress: Progress;
  /** A registry that takes no chunks gets everything in one request. */
  #isSingle: boolean;
  /** Whether what the registry has may not be what we believe: it was sent by an earlier run or broke. */
  #isPieced = false;

  constructor(context: ClientContext, session: Session, sending: Sending) {
    this.#context = context;
    this.#session = session;
    this.#sending = sending;
    this.#file = new FileSlices(context.world.fs, sending.path);
    this.#progress = new Progress(context, sending.digest);
    this.#isSingle = sending.size <= context.limits.singleBytes;
  }

  [Symbol.dispose](): void {
    this.#progress.flush();
    this.#file[Symbol.dispose]();
  }

  /** Goes on with what an earlier run left, else with `opened`, an upload that was begun for this blob, else anew. */
  async run(opened: OpenUpload | undefined): Promise<Result<void, RegistryFailure>> {
    const remembered = await this.#remembered();
    if (!remembered.ok) return remembered;
    let current = remembered.value ?? opened;
    for (let begun = 1; ; begun++) {
      const upload = current ? ok(current) : await this.#begin();
      if (!upload.ok) return upload;
      const wasSingle = this.#isSingle;
      const result = await this.#sendAll(upload.value);
      if (result.ok) return result;
      const isAgain = isAnotherUploadOfUse(result.failure, { isPieced: this.#isPieced });
      const isNewWay = this.#isSingle && !wasSingle;
      if (begun >= MOST_UPLOADS || !(isAgain || isNewWay)) return result;
      this.#isPieced = false;
      current = undefined;
    }
  }

  /** What an earlier run left, as far as the registry still knows it. */
  async #remembered(): Promise<Result<OpenUpload | undefined, RegistryFailure>> {
    const { memory, place, digest } = this.#sending;
    const url = memory.take(place, digest);
    if (url === undefined) return ok(undefined);
    const status = await this.#status({ url, offset: 0, leastBytes: 0 });
    if (status.ok) {
      this.#isPieced = status.value.offset > 0;
      return status;
    }
    if (!isPassing(status.failure) && status.failure.kind !== 'interrupted') return ok(undefined);
    memory.keep(place, digest, url);
    return status;
  }

  async #begin(): Promise<Result<OpenUpload, RegistryFailure>> {
    const { place } = this.#sending;
    const answer = await this.#session.send(beginRequest(place, ''), place);
    if (!answer.ok) return answer;
    answer.value.discard();
    return openUpload(this.#session, answer.value, place);
  }

  async #sendAll(upload: OpenUpload): Promise<Result<void, RegistryFailure>> {
    const { place, digest } = this.#sending;
    const patience = new Patience(this.#context);
    let at = upload;
    for (let idle = 0; idle < MOST_IDLE; idle++) {
      this.#remember(at);
      const step = await this.#step(at);
      const next = step.ok ? step : await this.#recover(at, step.failure, patience);
      if (!next.ok || next.value === 'done') return next.ok ? ok(undefined) : next;
      if (next.value.offset > at.offset) {
        patience.progress();
        idle = -1;
      }
      at = next.value;
    }
    return fail({ kind: 'bad-answer', ...place, problem: `an upload of ${digest} that does not get on` });
  }

  /** After a failure: how far the registry came, when it is worth going on. */
  async #recover(at: OpenUpload, failure: RegistryFailure, patience: Patience): Promise<Step> {
    const { place, digest } = this.#sending;
    const isElsewhere = failure.kind === 'rejected' && failure.status === 416;
    if (!isElsewhere && !(await patience.again(failure))) return fail(failure);
    if (await this.#isThere()) return ok('done');
    const status = await this.#status(at);
    if (!status.ok) return status;
    this.#isPieced = true;
    return isElsewhere && status.value.offset === at.offset
      ? fail({ kind: 'not-found', ...place, what: `upload of ${digest}` })
      : status;
  }

  #remember({ url }: OpenUpload): void {
    const { memory, place, digest } = this.#sending;
    if (!this.#isSingle) memory.keep(place, digest, url);
  }

  #step(upload: OpenUpload): Promise<Step> {
    const { size } = this.#sending;
    if (upload.offset === size || (this.#isSingle && upload.offset === 0)) return this.#finish(upload);
    return this.#sendChunk(upload);
  }

  async #sendChunk({ url, offset, leastBytes }: OpenUpload): Promise<Step> {
    const { place, size, digest } = this.#sending;
    const sizeBytes = Math.min(Math.max(this.#context.limits.chunkBytes, leastBytes), size - offset);
    const answer = await this.#session.send(
      {
        method: 'PATCH',
        url,
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `${offset}-${offset + sizeBytes - 1}`,
        },
        body: () => this.#file.slice(offset, sizeBytes, (bytes) => this.#progress.add(bytes)),
        scopes: [pushScope(place.repository)],
        accepts: [200, 202, 204],
        what: `upload of ${digest}`,
        isOnce: true,
        answerMs: this.#context.limits.commitMs,
      },
      place,
    );
    if (!answer.ok) {
      const isRefused = answer.failure.kind === 'rejected' && NO_CHUNKS.includes(answer.failure.status);
      if (isRefused && offset === 0) this.#isSingle = true;
      return answer;
    }
    answer.value.discard();
    const sent = { url, offset: offset + sizeBytes, leastBytes };
    return openUpload(this.#session, answer.value, place, sent);
  }

  /** With what is left of the blob, which is all of it or nothing. */
  async #finish({ url, offset }: OpenUpload): Promise<Step> {
    const { place, size, digest, memory } = this.#sending;
    const answer = await this.#session.send(
      {
        method: 'PUT',
        url: `${url}${url.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`,
        headers: {
          'content-type': 'application/octet-stream',
          ...(offset === size ? { 'content-length': '0' } : {}),
        },
        ...(offset < size
          ? { body: () => this.#file.slice(0, size, (bytes) => this.#progress.add(bytes)) }
          : {}),
        scopes: [pushScope(place.repository)],
        accepts: [200, 201, 204],
        what: `upload of ${digest}`,
        isOnce: true,
        answerMs: this.#context.limits.commitMs,
      },
      place,
    );
    if (!answer.ok) return answer;
    answer.value.discard();
    memory.forget(place, digest);
    return ok('done');
  }

  /** Asks the registry how far the upload is. */
  async #status(upload: OpenUpload): Promise<Result<OpenUpload, RegistryFailure>> {
    const { place, digest, size } = this.#sending;
    const answer = await this.#session.send(
      {
        method: 'GET',
        url: upload.url,
        scopes: [pushScope(place.repository)],
        accepts: [200, 202, 204],
        what: `upload of ${digest}`,
      },
      place,
    );
    if (!answer.ok) return answer;
    answer.value.discard();
    const next = await openUpload(this.#session, answer.value, place, { ...upload, offset: 0 });
    return next.ok && next.value.offset > size
      ? fail({ kind: 'not-found', ...place, what: `upload of ${digest}` })
      : next;
  }

  /** Whether the registry has the blob after all: the answer to the last request may be what was lost. */
  async #isThere(): Promise<boolean> {
    const { place, digest, size } = this.#sending;
    const answer = await isBlobThere(this.#session, place, { digest, size });
    return answer.ok && answer.value;
  }
}

/** Statuses by which registries (and what stands before them) refuse chunks, or chunks of this size. */
const NO_CHUNKS = [400, 405, 411, 413, 415, 501];

/** An upload that is gone, or that holds something else than we believed, is begun anew. */
function isAnotherUploadOfUse(failure: RegistryFailure, { isPieced }: { isPieced: boolean }): boolean {
  if (failure.kind === 'not-found') return true;
  return failure.kind === 'rejected' && isPieced;
}

export async function isBlobThere(
  session: Session,
  place: Place,
  { digest, size }: { readonly digest: string; readonly size: number },
): Promise<Result<boolean, RegistryFailure>> {
  const answer = await session.send(
    {
      method: 'HEAD',
      url: `/v2/${place.repository}/blobs/${digest}`,
      scopes: [pushScope(place.repository)],
      accepts: [200, 404],
      what: `blob ${digest}`,
    },
    place,
  );
  if (!answer.ok) return answer;
  answer.value.discard();
  const length = answer.value.headers['content-length'];
  return ok(answer.value.status === 200 && (length === undefined || Number(length) === size));
}

export function beginRequest(place: Place, query: string, scopes: readonly string[] = []) {
  return {
    method: 'POST',
    url: `/v2/${place.repository}/blobs/uploads/${query}`,
    headers: { 'content-length': '0' },
    scopes: [pushScope(place.repository), ...scopes],
    accepts: [201, 202],
    what: 'place for uploads',
  } as const;
}

/** The upload as an answer states it; what the answer leaves out stays as in `before`. */
export async function openUpload(
  session: Session,
  response: HttpResponse,
  place: Place,
  before?: OpenUpload,
): Promise<Result<OpenUpload, RegistryFailure>> {
  const origin = await session.origin(place);
  if (!origin.ok) return origin;
  const base = before?.url.startsWith('http') ? before.url : origin.value;
  const location = resolveUrl(response.headers.location ?? before?.url, base);
  const isPlain = location?.protocol === 'http:' && origin.value.startsWith('https:');
  // A registry behind a proxy that ends TLS may not know how it is reached.
  if (isPlain && location.hostname === new URL(origin.value).hostname) {
    location.protocol = 'https:';
    location.port = new URL(origin.value).port;
  }
  if (!location || (location.protocol === 'http:' && !session.endpoint.isInsecure))
    return fail({ kind: 'bad-answer', ...place, problem: 'an upload without a usable address' });
  const least = Number(response.headers['oci-chunk-min-length']);
  return ok({
    url: location.href,
    offset: endOfRange(response) ?? before?.offset ?? 0,
    leastBytes: Number.isSafeInteger(least) && least > 0 ? least : (before?.leastBytes ?? 0),
  });
}

/** Bytes that a registry says it has. `0-0` is what it says of none, as well as of one. */
function endOfRange({ headers }: HttpResponse): number | undefined {
  const [, end] = /^(?:bytes=)?0-(\d{1,15})$/.exec(headers.range ?? '') ?? [];
  return end === undefined ? undefined : end === '0' ? 0 : Number(end) + 1;
}

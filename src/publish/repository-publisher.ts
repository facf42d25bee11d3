import { randomBytes } from 'node:crypto';
import { fail, ok, type Result } from '../base/index.ts';
import type { Clock, FileSystem, Http, HttpFailure, HttpResponse } from '../host/index.ts';
import { RELEASE_NAME } from '../release/index.ts';
import { multipartBody } from './multipart-body.ts';
import type { Publisher, PublishFailure, PublishItem, Put } from './publisher.ts';

export interface RepositoryOptions {
  readonly fs: FileSystem;
  readonly http: Http;
  readonly clock: Pick<Clock, 'sleep'>;
  /** `https://artifacts.example.com`; files go to `/upload` below it. */
  readonly url: string;
  readonly token: string | undefined;
}

const STALL_MS = 60_000;
/** A server may hash what it got before it answers. */
const ANSWER_MS = 600_000;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/**
 * An artifact repository that takes files by `POST <url>/upload`, in the field `file`, with a bearer token. The fields before it
 * (`sha256`, `name`, `version`, and `channel` with the index) are for those that know them: with the index the channel is to move.
 */
export function repositoryPublisher(options: RepositoryOptions): Publisher {
  return {
    place: options.url,
    put: async (item, release, signal) => {
      // The index is what makes a release visible there, so it goes with the channel.
      if (item.name === release.index.name) return ok('later');
      return upload(options, { item, fields: { name: RELEASE_NAME, version: release.version }, signal });
    },
    async promote(release, signal) {
      const { version, channel, isNewest, index } = release;
      const fields = { name: RELEASE_NAME, version, ...(isNewest ? { channel } : {}) };
      const sent = await upload(options, { item: index, fields, signal });
      return sent.ok ? ok(isNewest ? 'moved' : 'kept') : sent;
    },
  };
}

interface Upload {
  readonly item: PublishItem;
  readonly fields: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function upload(options: RepositoryOptions, request: Upload): Promise<Result<Put, PublishFailure>> {
  let last: PublishFailure = { kind: 'unreachable', code: '' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) {
      try {
        await options.clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), request.signal);
      } catch {
        return fail({ kind: 'interrupted' });
      }
    }
    const answer = await uploadOnce(options, request);
    if (answer.ok || !answer.failure.isPassing) return answer.ok ? answer : fail(answer.failure.failure);
    last = answer.failure.failure;
  }
  return fail(last);
}

interface Attempt {
  readonly failure: PublishFailure;
  /** The same may go well a little later. */
  readonly isPassing: boolean;
}

async function uploadOnce(
  { fs, http, url, token }: RepositoryOptions,
  { item, fields, signal }: Upload,
): Promise<Result<Put, Attempt>> {
  const boundary = `mobileops-${randomBytes(16).toString('hex')}`;
  const { name, path, sizeBytes, sha256 } = item;
  using body = multipartBody(fs, {
    boundary,
    fields: { sha256, ...fields },
    file: { name, path, sizeBytes },
  });
  const sent = await http.exchange({
    method: 'POST',
    url: `${url.replace(/\/+$/, '')}/upload`,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body,
    signal,
    stallTimeoutMs: STALL_MS,
    answerTimeoutMs: ANSWER_MS,
  });
  if (!sent.ok) return fail(unanswered(sent.failure));
  return await meaningOf(sent.value, item, token !== undefined);
}

function unanswered(failure: HttpFailure): Attempt {
  switch (failure.kind) {
    case 'interrupted':
      return { failure: { kind: 'interrupted' }, isPassing: false };
    case 'connection':
      return {
        failure: { kind: 'unreachable', code: failure.code },
        isPassing: failure.code !== 'ENOTFOUND',
      };
    case 'stalled':
      return { failure: { kind: 'unreachable', code: 'it stopped answering' }, isPassing: true };
    case 'tls':
      return { failure: { kind: 'unreachable', code: failure.code }, isPassing: false };
    case 'malformed':
      return {
        failure: { kind: 'rejected', detail: `what came is no HTTP (${failure.code})` },
        isPassing: false,
      };
  }
}

async function meaningOf(
  response: HttpResponse,
  { name, sha256 }: PublishItem,
  hasToken: boolean,
): Promise<Result<Put, Attempt>> {
  const { status } = response;
  const text = await answerText(response);
  if (status >= 200 && status < 300) return ok(status === 200 ? 'present' : 'sent');
  const refused = (failure: PublishFailure, isPassing = false) => fail({ failure, isPassing });
  if (status === 401 || status === 403) return refused({ kind: 'unauthorised', hasToken });
  // A server that refuses all that it has may say what it has.
  if (status === 409) return text.includes(sha256) ? ok('present') : refused({ kind: 'conflict', name });
  const detail = `${name}: HTTP status ${status}${text === '' ? '' : `: ${text.slice(0, SHOWN_CHARACTERS)}`}`;
  return refused({ kind: 'rejected', detail }, status === 429 || status >= 500);
}

const SHOWN_CHARACTERS = 200;
const MAX_ANSWER_BYTES = 2 ** 16;

async function answerText(response: HttpResponse): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  await response.read((chunk) => {
    chunks.push(Buffer.from(chunk));
    sizeBytes += chunk.byteLength;
    return sizeBytes < MAX_ANSWER_BYTES;
  });
  return Buffer.concat(chunks).toString('utf8').trim();
}

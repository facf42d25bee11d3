import { fail, ok, type Result } from '../base/index.ts';
import type { Clock, Http, HttpBody, HttpFailure, HttpRequest, HttpResponse } from '../host/index.ts';
import type { PublishFailure } from './publisher.ts';

export interface Server {
  readonly http: Http;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Sent as a bearer token. */
  readonly token: string | undefined;
}

export interface PatientRequest extends Pick<HttpRequest, 'method' | 'url'> {
  /** What it is about, for words: the name of a file. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for each attempt. */
  readonly body?: () => HttpBody & Partial<Disposable>;
  /** Of the answer, what is more is cut off; 64 KiB unless told. */
  readonly maxAnswerBytes?: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const STALL_MS = 60_000;
/** A server may hash what it got before it answers. */
const ANSWER_MS = 600_000;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;
const MAX_ANSWER_BYTES = 2 ** 16;
const SHOWN_CHARACTERS = 200;
const NOT_IMPLEMENTED = 501;

/** Asks a server, again after a pause where the same may go well a little later. What it refuses for want of rights is a failure. */
export async function askPatiently(
  server: Server,
  request: PatientRequest,
): Promise<Result<Answer, PublishFailure>> {
  let last: PublishFailure = { kind: 'unreachable', code: '' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) {
      try {
        await server.clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), request.signal);
      } catch {
        return fail({ kind: 'interrupted' });
      }
    }
    const answer = await askOnce(server, request);
    if (answer.ok || !answer.failure.isPassing) return answer.ok ? answer : fail(answer.failure.failure);
    last = answer.failure.failure;
  }
  return fail(last);
}

/** In words, with what the server said of it. */
export function unexpected(what: string, { status, text }: Answer): PublishFailure {
  const said = text === '' ? '' : `: ${text.slice(0, SHOWN_CHARACTERS)}`;
  return { kind: 'rejected', detail: `${what}: HTTP status ${status}${said}` };
}

interface Attempt {
  readonly failure: PublishFailure;
  /** The same may go well a little later. */
  readonly isPassing: boolean;
}

async function askOnce(
  { http, token }: Server,
  { what, method, url, headers, body, maxAnswerBytes = MAX_ANSWER_BYTES, signal }: PatientRequest,
): Promise<Result<Answer, Attempt>> {
  const sending = body?.();
  try {
    const sent = await http.exchange({
      method,
      url,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(sending ? { body: sending } : {}),
      signal,
      stallTimeoutMs: STALL_MS,
      answerTimeoutMs: ANSWER_MS,
    });
    if (!sent.ok) return fail(unanswered(sent.failure));
    const { status } = sent.value;
    const { text, failure } = await textOf(sent.value, maxAnswerBytes);
    // Of a refusal it is only words; otherwise a part of an answer would be read as all of it.
    if (failure && status < 400) return fail(unanswered(failure));
    const answer = { status, text };
    if (status === 401 || status === 403)
      return fail({ failure: { kind: 'unauthorised', hasToken: token !== undefined }, isPassing: false });
    // Who does not know a method, or a path, will not know it a little later.
    return status === 429 || (status >= 500 && status !== NOT_IMPLEMENTED)
      ? fail({ failure: unexpected(what, answer), isPassing: true })
      : ok(answer);
  } finally {
    sending?.[Symbol.dispose]?.();
  }
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

/** What came of a body, and why no more did. */
async function textOf(
  response: HttpResponse,
  maxBytes: number,
): Promise<{ readonly text: string; readonly failure?: HttpFailure }> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const read = await response.read((chunk) => {
    chunks.push(Buffer.from(chunk));
    sizeBytes += chunk.byteLength;
    return sizeBytes < maxBytes;
  });
  const text = Buffer.concat(chunks).toString('utf8').trim();
  return read.ok ? { text } : { text, failure: read.failure };
}

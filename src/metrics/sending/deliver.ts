import { cleanLine } from '../../base/index.ts';
import { type Clock, type Http, type HttpFailure, textBody } from '../../host/index.ts';
import type { Destination } from './destination.ts';
import type { Spool, SpoolState } from './spool.ts';

export interface DeliveryWorld {
  readonly http: Http;
  readonly clock: Pick<Clock, 'now'>;
  readonly signal: AbortSignal;
}

export interface Delivery {
  readonly sent: number;
  readonly waiting: number;
  /** Why the rest waits. */
  readonly failure?: string;
  /** What was refused for good, and why. */
  readonly refused: readonly string[];
}

/** By which a server says where it takes events of builds that run. */
export const EVENTS_HEADER = 'x-mobileops-events';

const STALL_MS = 10_000;
/** How much of an answer is read for its reason. */
const MAX_REASON_BYTES = 2000;

/** Sends what waits for a destination, the oldest first, until all is sent or one cannot be. */
export async function deliver(
  world: DeliveryWorld,
  destination: Destination,
  spool: Spool,
): Promise<Delivery> {
  const waiting = spool.waiting();
  const refused: string[] = [];
  let sent = 0;
  for (const [at, each] of waiting.entries()) {
    const body = spool.read(each);
    if (body === undefined) continue;
    const outcome = await post(world, destination, body);
    if (outcome.kind === 'later') {
      remember(world, spool, { kind: 'away', failure: outcome.why });
      return { sent, waiting: waiting.length - at, failure: outcome.why, refused };
    }
    spool.remove(each);
    if (outcome.kind === 'refused') {
      refused.push(outcome.why);
      continue;
    }
    sent++;
    spool.eventsPath = outcome.eventsPath;
  }
  spool.state = undefined;
  if (refused.length > 0) remember(world, spool, { kind: 'refused', failure: refused.at(-1)! });
  return { sent, waiting: 0, refused };
}

function remember({ clock }: DeliveryWorld, spool: Spool, what: Pick<SpoolState, 'kind' | 'failure'>): void {
  const before = spool.state?.kind === what.kind ? spool.state : undefined;
  const nowMs = clock.now();
  spool.state = {
    ...what,
    sinceMs: before?.sinceMs ?? nowMs,
    triedMs: nowMs,
    isTold: before?.isTold ?? false,
  };
}

type Outcome =
  | { readonly kind: 'sent'; readonly eventsPath: string | undefined }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'later'; readonly why: string };

/** What no later attempt will mend: the record is wrong for this server, or too large. */
const FOR_GOOD = new Set([400, 409, 413, 415, 422]);

async function post(
  { http, signal }: DeliveryWorld,
  destination: Destination,
  body: string,
): Promise<Outcome> {
  const answer = await http.exchange({
    method: 'POST',
    url: destination.url,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...destination.headers },
    body: textBody(body),
    signal,
    stallTimeoutMs: STALL_MS,
  });
  if (!answer.ok) return { kind: 'later', why: wordsOf(answer.failure) };
  const { status } = answer.value;
  if (status >= 200 && status < 300) {
    answer.value.discard();
    return { kind: 'sent', eventsPath: answer.value.headers[EVENTS_HEADER] };
  }
  const why = `status ${status}${await reasonOf(answer.value)}`;
  return { kind: FOR_GOOD.has(status) ? 'refused' : 'later', why };
}

async function reasonOf({
  read,
}: {
  read(take: (chunk: Uint8Array) => boolean): Promise<unknown>;
}): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  await read((chunk) => {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    return sizeBytes < MAX_REASON_BYTES;
  });
  const text = cleanLine(Buffer.concat(chunks).toString()).trim();
  return text === '' ? '' : `: ${text.slice(0, 200)}`;
}

function wordsOf(failure: HttpFailure): string {
  switch (failure.kind) {
    case 'connection':
      return `no connection (${failure.code})`;
    case 'tls':
      return failure.isPlainHttp
        ? 'it does not speak TLS'
        : `its certificate is not trusted (${failure.code})`;
    case 'stalled':
      return `no answer within ${failure.afterMs / 1000} s`;
    case 'malformed':
      return `its answer is not HTTP (${failure.code})`;
    case 'interrupted':
      return 'no answer in time';
  }
}

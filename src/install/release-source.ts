import { basename, join } from 'node:path/posix';
import { fail, ok, type Result } from '../base/index.ts';
import type { Clock, FileSystem, Http } from '../host/index.ts';

/** Why a file of a release does not come. */
export type FetchFailure =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'too-large' };

export interface FetchRequest {
  /** Relative to the source: `1.0.0/mobileops-1.0.0.tar.gz`. */
  readonly name: string;
  /** Where it is put, absolute; a file there is written over. */
  readonly to: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Where releases come from, as `publish` leaves them: `<version>/<file>` and `channels/<channel>.json`. */
export interface ReleaseSource {
  readonly place: string;
  fetch(request: FetchRequest): Promise<Result<undefined, FetchFailure>>;
}

export function folderSource(fs: FileSystem, folder: string): ReleaseSource {
  return {
    place: folder,
    async fetch({ name, to, maxBytes }) {
      const from = join(folder, name);
      const stat = fs.lstat(from);
      if (stat?.type !== 'file') return fail({ kind: 'absent' });
      if (stat.sizeBytes > maxBytes) return fail({ kind: 'too-large' });
      fs.copyFile(from, to, 0o644);
      return ok(undefined);
    },
  };
}

const STALL_MS = 60_000;

export interface WebSourceOptions {
  readonly fs: FileSystem;
  readonly http: Http;
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  readonly clock: Pick<Clock, 'sleep'>;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/** Files below an address. No redirect is followed, so that a token goes nowhere else; what may pass is tried again. */
export function webSource(options: WebSourceOptions): ReleaseSource {
  return {
    place: options.url,
    async fetch(request) {
      for (let attempt = 1; ; attempt++) {
        const fetched = await fetchOnce(options, request);
        if (fetched.ok || !fetched.failure.isPassing || attempt === ATTEMPTS)
          return fetched.ok ? fetched : fail(fetched.failure.failure);
        await options.clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), request.signal);
      }
    },
  };
}

/** The first of several places that has what is asked for; from then on only that one is asked. */
export function firstSource(sources: readonly ReleaseSource[]): ReleaseSource {
  let known = sources;
  return {
    get place() {
      return known[0]!.place;
    },
    async fetch(request) {
      for (const [at, source] of known.entries()) {
        const fetched = await source.fetch(request);
        if (!fetched.ok && fetched.failure.kind === 'absent' && at < known.length - 1) continue;
        if (fetched.ok) known = [source];
        return fetched;
      }
      return fail({ kind: 'absent' });
    },
  };
}

interface Attempt {
  readonly failure: FetchFailure;
  readonly isPassing: boolean;
}

async function fetchOnce(
  { fs, http, url, token }: WebSourceOptions,
  { name, to, maxBytes, signal }: FetchRequest,
): Promise<Result<undefined, Attempt>> {
  const path = name.split('/').map(encodeURIComponent).join('/');
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await http.exchange({
    method: 'GET',
    url: `${url}/${path}`,
    headers: { accept: '*/*', ...authorization },
    signal,
    stallTimeoutMs: STALL_MS,
  });
  signal.throwIfAborted();
  if (!answer.ok) return fail(unreachable(answer.failure));
  const { status } = answer.value;
  if (status !== 200) {
    answer.value.discard();
    return fail(refusal(status, name));
  }
  using file = fs.open(to, 'w', 0o644);
  let sizeBytes = 0;
  const read = await answer.value.read((chunk) => {
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= maxBytes) file.write(chunk);
    return sizeBytes <= maxBytes;
  });
  signal.throwIfAborted();
  if (sizeBytes > maxBytes) return fail({ failure: { kind: 'too-large' }, isPassing: false });
  return read.ok ? ok(undefined) : fail(unreachable(read.failure));
}

function refusal(status: number, name: string): Attempt {
  if (status === 404 || status === 410) return { failure: { kind: 'absent' }, isPassing: false };
  const failure = { kind: 'refused', detail: `HTTP status ${status} for ${basename(name)}` } as const;
  return { failure, isPassing: status === 429 || status >= 500 };
}

function unreachable(failure: { readonly kind: string; readonly code?: string }): Attempt {
  const isPassing = failure.kind === 'connection' || failure.kind === 'stalled';
  return { failure: { kind: 'unreachable', code: codeOf(failure) }, isPassing };
}

function codeOf(failure: { readonly kind: string; readonly code?: string }): string {
  return failure.code ?? failure.kind;
}

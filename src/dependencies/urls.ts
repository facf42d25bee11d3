import { join } from 'node:path/posix';
import { type Diagnostic, type Digest, fail, ok, type Result } from '../base/index.ts';
import type { HttpFailure, HttpResponse } from '../host/index.ts';
import { type ClientContext, redact, scratchFolder } from './client.ts';
import type { DependenciesCode } from './diagnostics.ts';
import type { LockedUrl, TargetNeeds } from './model.ts';

export interface UrlNeed {
  readonly url: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Files that targets fetch by address, each content once, by hash. */
export function urlsOf(targets: readonly TargetNeeds[]): readonly UrlNeed[] {
  const urls = new Map(targets.flatMap(({ urls = [] }) => urls.map((each) => [each.sha256, each] as const)));
  return [...urls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

export function urlFrom({ url }: UrlNeed): { readonly url: string } {
  return { url };
}

/** Fetches a file to learn its size; its hash is the one that the workspace states. */
export async function lockUrl(
  context: ClientContext,
  need: UrlNeed,
  known: LockedUrl | undefined,
): Promise<{ readonly value: LockedUrl | undefined; readonly diagnostics: readonly Diagnostic[] }> {
  if (known && known.from.url === need.url) return { value: known, diagnostics: [] };
  const fetched = await fetchUrl(context, need);
  return fetched.ok
    ? { value: { from: urlFrom(need), sizeBytes: fetched.value.sizeBytes }, diagnostics: [] }
    : { value: undefined, diagnostics: [fetched.failure] };
}

const MAX_REDIRECTS = 5;
const STALL_MS = 60_000;

/** Brings a file into the store; what comes with another hash is refused. */
export async function fetchUrl(context: ClientContext, need: UrlNeed): Promise<Result<Digest, Diagnostic>> {
  const { fs } = context.host;
  using scratch = scratchFolder(context);
  const path = join(scratch.path, 'file');
  let url = need.url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await context.host.http.exchange({
      method: 'GET',
      url,
      headers: { 'user-agent': 'mobileops', accept: '*/*' },
      signal: context.signal,
      stallTimeoutMs: STALL_MS,
    });
    context.signal.throwIfAborted();
    if (!answer.ok) return fail(unreachable(need, wordsOf(answer.failure)));
    const next = redirectOf(answer.value, url);
    if (next !== undefined) {
      answer.value.discard();
      url = next;
      continue;
    }
    if (answer.value.status !== 200) {
      answer.value.discard();
      return fail(unreachable(need, `it answers ${answer.value.status}`));
    }
    const failure = await save(context, answer.value, path);
    context.signal.throwIfAborted();
    if (failure !== undefined) return fail(unreachable(need, failure));
    const digest = context.cas.putFile(path);
    fs.remove(path);
    return digest.hash === need.sha256 ? ok(digest) : fail(wrongContent(need, digest.hash));
  }
  return fail(unreachable(need, `it redirects more than ${MAX_REDIRECTS} times`));
}

/** From an encrypted address nothing leads to an open one. */
function redirectOf({ status, headers }: HttpResponse, from: string): string | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return undefined;
  const next = URL.parse(headers.location, from);
  const isDowngrade = from.startsWith('https:') && next?.protocol !== 'https:';
  return next && /^https?:$/.test(next.protocol) && !isDowngrade ? next.href : undefined;
}

async function save(
  { host }: ClientContext,
  response: HttpResponse,
  path: string,
): Promise<string | undefined> {
  using file = host.fs.open(path, 'w', 0o600);
  const read = await response.read((chunk) => {
    file.write(chunk);
    return true;
  });
  if (!read.ok) return wordsOf(read.failure);
  const { 'content-length': announced } = response.headers;
  return announced === undefined || Number(announced) === read.value
    ? undefined
    : `${read.value} of ${announced} bytes came`;
}

function wordsOf(failure: HttpFailure): string {
  return 'code' in failure ? failure.code : failure.kind;
}

function unreachable({ url }: UrlNeed, why: string): Diagnostic {
  return {
    code: 'dependencies/network' satisfies DependenciesCode,
    severity: 'error',
    message: `${redact(url)} cannot be fetched: ${why}`,
    hint: 'check the address, the connection and the proxy, then run the command again',
    cause: 'environment',
  };
}

function wrongContent({ url, sha256 }: UrlNeed, found: string): Diagnostic {
  return {
    code: 'dependencies/wrong-content' satisfies DependenciesCode,
    severity: 'error',
    message: `${redact(url)} has the SHA-256 ${found}, not ${sha256}`,
    hint: 'if the new content is right, write its checksum into the Dockerfile',
    cause: 'input',
  };
}

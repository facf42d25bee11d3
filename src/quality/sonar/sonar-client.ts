import { fail, ok, type Result } from '../../base/index.ts';
import type { Http } from '../../host/index.ts';
import { isObject, jsonIn } from '../json.ts';

export interface SonarServer {
  readonly http: Http;
  /** SONAR_HOST_URL. */
  readonly url: string;
  /** SONAR_TOKEN; sent to that server alone, and nowhere written. */
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

const STALL_MS = 30_000;
const MAX_BYTES = 2 ** 20;

/** What the server answers to a question of its web API, or why it does not. */
export async function askSonar(
  { http, url, token, signal }: SonarServer,
  path: string,
): Promise<Result<Readonly<Record<string, unknown>>, string>> {
  const address = `${url.replace(/\/+$/, '')}${path}`;
  const headers = { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await http.exchange({
    method: 'GET',
    url: address,
    headers,
    signal,
    stallTimeoutMs: STALL_MS,
  });
  if (!answer.ok) return fail(`${address}: no answer (${answer.failure.kind})`);
  const { status } = answer.value;
  if (status !== 200) {
    answer.value.discard();
    return fail(
      `${address}: ${status === 401 || status === 403 ? `SONAR_TOKEN was refused (${status})` : status}`,
    );
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const read = await answer.value.read((chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    return size <= MAX_BYTES;
  });
  if (!read.ok || size > MAX_BYTES) return fail(`${address}: the answer did not come to its end`);
  const value = jsonIn(Buffer.concat(chunks).toString());
  return isObject(value) ? ok(value) : fail(`${address}: the answer is no JSON object`);
}

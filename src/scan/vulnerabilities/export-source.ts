import { fail, ok, type Result } from '../../base/index.ts';
import { type FileSystem, type Http, type HttpFailure, isLoopback } from '../../host/index.ts';
import type { Ecosystem } from '../../packages/index.ts';

/** A place with an export of OSV records. */
export interface ExportSource {
  /** For people: the folder, or the address without what is secret in it. */
  readonly name: string;
  /** The zip with the records of an ecosystem, or its records' texts by file name. */
  read(ecosystem: Ecosystem, signal: AbortSignal): Promise<Result<ExportContent, ExportFailure>>;
}

export type ExportContent =
  | { readonly kind: 'zip'; readonly bytes: Uint8Array }
  | { readonly kind: 'folder'; readonly files: readonly { readonly path: string; readonly text: string }[] };

/** Why nothing could be had. */
export type ExportFailure =
  | { readonly kind: 'missing'; readonly place: string }
  | { readonly kind: 'insecure'; readonly place: string }
  | { readonly kind: 'answer'; readonly place: string; readonly status: number }
  | { readonly kind: 'too-large'; readonly place: string }
  | { readonly kind: 'http'; readonly place: string; readonly failure: HttpFailure };

/** `<folder>/<Ecosystem>/all.zip`, or records `<folder>/<Ecosystem>/*.json`. */
export function folderExport(fs: FileSystem, folder: string): ExportSource {
  return {
    name: folder,
    async read(ecosystem) {
      const place = `${folder}/${ecosystem}`;
      if (fs.lstat(`${place}/all.zip`)?.type === 'file')
        return ok({ kind: 'zip', bytes: fs.readFile(`${place}/all.zip`) });
      if (fs.lstat(place)?.type !== 'directory') return fail({ kind: 'missing', place });
      const names = fs
        .readDirectory(place)
        .filter(({ name, type }) => type === 'file' && name.endsWith('.json'));
      if (names.length === 0) return fail({ kind: 'missing', place: `${place}/all.zip` });
      const files = names.map(({ name }) => ({ path: name, text: fs.readText(`${place}/${name}`) }));
      return ok({ kind: 'folder', files });
    },
  };
}

const MAX_EXPORT_BYTES = 2 ** 31 - 1;
const STALL_MS = 60_000;
const MAX_REDIRECTS = 5;

/** The same layout by https; without TLS from this machine alone, since whoever could change it would decide what is safe. */
export function addressExport(http: Http, address: URL): ExportSource {
  const base = address.href.replace(/[?#].*$/, '').replace(/\/+$/, '');
  return {
    name: shownAddress(new URL(base)),
    read: (ecosystem, signal) =>
      download(http, new URL(`${base}/${encodeURIComponent(ecosystem)}/all.zip`), signal),
  };
}

async function download(
  http: Http,
  first: URL,
  signal: AbortSignal,
): Promise<Result<ExportContent, ExportFailure>> {
  let url = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const place = shownAddress(url);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
      return fail({ kind: 'insecure', place });
    const answer = await http.exchange({
      method: 'GET',
      url: withoutUser(url),
      headers: authorization(url),
      signal,
      stallTimeoutMs: STALL_MS,
    });
    if (!answer.ok) return fail({ kind: 'http', place, failure: answer.failure });
    const { status, headers } = answer.value;
    if (status === 200) return body(answer.value, place);
    answer.value.discard();
    const next = status >= 301 && status <= 308 ? URL.parse(headers.location ?? '', url.href) : null;
    if (!next) return fail({ kind: 'answer', place, status });
    if (next.origin !== url.origin) next.username = next.password = '';
    url = next;
  }
  return fail({ kind: 'answer', place: shownAddress(url), status: 310 });
}

type Answer = Extract<Awaited<ReturnType<Http['exchange']>>, { readonly ok: true }>['value'];

async function body(answer: Answer, place: string): Promise<Result<ExportContent, ExportFailure>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const read = await answer.read((chunk) => {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_EXPORT_BYTES) return false;
    chunks.push(Uint8Array.from(chunk));
    return true;
  });
  if (sizeBytes > MAX_EXPORT_BYTES) return fail({ kind: 'too-large', place });
  if (!read.ok) return fail({ kind: 'http', place, failure: read.failure });
  return ok({ kind: 'zip', bytes: Buffer.concat(chunks) });
}

function authorization(url: URL): Readonly<Record<string, string>> {
  if (url.username === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function withoutUser(url: URL): string {
  const plain = new URL(url);
  plain.username = plain.password = '';
  return plain.href;
}

function shownAddress(url: URL): string {
  const shown = new URL(withoutUser(url));
  shown.search = '';
  return shown.href.replace(/\/$/, '');
}

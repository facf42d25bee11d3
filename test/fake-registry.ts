/** A registry of the distribution specification on loopback, for tests: it can be told to fail in any way. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { ImageIndex, ImageManifest } from '../src/oci/index.ts';

export interface Seen {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly response: ServerResponse;
  readonly request: IncomingMessage;
}

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
}

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export class FakeRegistry {
  /** By `repository@digest`. */
  readonly blobs = new Map<string, Buffer>();
  /** By `repository:reference`. */
  readonly manifests = new Map<string, Stored>();
  readonly uploads = new Map<string, Buffer>();
  readonly seen: Seen[] = [];
  /** Bytes of blobs that came in, broken requests included. */
  receivedBytes = 0;
  /** Gives `true` when it has dealt with the request, or will. */
  fault: (seen: Seen) => boolean | Promise<boolean> = () => false;
  /** Ends the connection once so many bytes of an upload's request have come. */
  breakUploadAfter: number | undefined;
  readonly server: Server;
  #pending = 0;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(t: Pick<TestContext, 'after'>): Promise<FakeRegistry> {
    const server = createServer();
    const registry = new FakeRegistry(server);
    server.on('request', (request, response) => {
      registry.#pending++;
      registry
        .#take(request, response)
        .catch((error) => response.destroy(error))
        .finally(() => registry.#pending--);
    });
    server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return registry;
  }

  /** Once it has dealt with all that came, broken connections included. */
  async settled(): Promise<void> {
    while (this.#pending > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests as `METHOD path`, queries left out, without the look at `/v2/`. */
  get log(): string[] {
    return this.seen
      .map(({ method, url }) => `${method} ${url.replace(/\?.*/, '')}`)
      .filter((each) => each !== 'GET /v2/');
  }

  addBlob(repository: string, bytes: Uint8Array): { digest: string; size: number } {
    const digest = sha256(bytes);
    this.blobs.set(`${repository}@${digest}`, Buffer.from(bytes));
    return { digest, size: bytes.byteLength };
  }

  addManifest(repository: string, reference: string, type: string, document: object | string): string {
    const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
    const digest = sha256(bytes);
    for (const each of [reference, digest]) this.manifests.set(`${repository}:${each}`, { type, bytes });
    return digest;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => {});
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      request,
      response,
    };
    this.seen.push(seen);
    if (await this.fault(seen)) return;
    const url = new URL(seen.url, 'http://host');
    const match = /^\/v2\/(?:(.+)\/(manifests|blobs)\/(uploads\/)?([^/]*))?$/.exec(url.pathname);
    const [, repository = '', kind, uploads, name = ''] = match ?? [];
    if (!match) return answer(response, 404, {});
    if (kind === undefined) return answer(response, 200, {}, '{}');
    if (kind === 'manifests') return this.#manifest(seen, { repository, name });
    if (uploads === undefined) return this.#blob(seen, { repository, name });
    return this.#upload(seen, { repository, name, query: url.searchParams });
  }

  async #manifest(
    { method, headers, request, response }: Seen,
    { repository, name }: { repository: string; name: string },
  ): Promise<void> {
    if (method === 'PUT') {
      const bytes = await this.#body(request);
      if (!this.#isWhole(repository, bytes)) return error(response, 400, 'MANIFEST_BLOB_UNKNOWN');
      const digest = this.addManifest(repository, name, headers['content-type'] ?? '', bytes.toString());
      return answer(response, 201, { 'docker-content-digest': digest });
    }
    const stored = this.manifests.get(`${repository}:${name}`);
    if (!stored) return error(response, 404, 'MANIFEST_UNKNOWN');
    const digest = sha256(stored.bytes);
    const length = String(stored.bytes.byteLength);
    return answer(
      response,
      200,
      { 'content-type': stored.type, 'content-length': length, 'docker-content-digest': digest },
      method === 'HEAD' ? undefined : stored.bytes,
    );
  }

  /** Whether all that a manifest names is there already. */
  #isWhole(repository: string, bytes: Buffer): boolean {
    const {
      manifests = [],
      config,
      layers = [],
    } = JSON.parse(bytes.toString()) as Partial<ImageManifest & ImageIndex>;
    return (
      manifests.every(({ digest }) => this.manifests.has(`${repository}:${digest}`)) &&
      [...(config ? [config] : []), ...layers].every(({ digest }) =>
        this.blobs.has(`${repository}@${digest}`),
      )
    );
  }

  async #blob(
    { method, headers, response }: Seen,
    { repository, name }: { repository: string; name: string },
  ): Promise<void> {
    const bytes = this.blobs.get(`${repository}@${name}`);
    if (!bytes) return error(response, 404, 'BLOB_UNKNOWN');
    if (method === 'HEAD') return answer(response, 200, { 'content-length': String(bytes.byteLength) });
    const start = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? -1);
    if (start < 0) return answer(response, 200, {}, bytes);
    if (start >= bytes.byteLength) return answer(response, 416, {});
    const range = `bytes ${start}-${bytes.byteLength - 1}/${bytes.byteLength}`;
    return answer(response, 206, { 'content-range': range }, bytes.subarray(start));
  }

  async #upload(
    { method, headers, request, response }: Seen,
    { repository, name, query }: { repository: string; name: string; query: URLSearchParams },
  ): Promise<void> {
    if (method === 'POST') {
      const mounted = this.blobs.get(`${query.get('from')}@${query.get('mount')}`);
      if (mounted) {
        this.addBlob(repository, mounted);
        return answer(response, 201, { location: `/v2/${repository}/blobs/${query.get('mount')}` });
      }
      const id = randomUUID();
      this.uploads.set(id, Buffer.alloc(0));
      return answer(response, 202, place(repository, id, 0));
    }
    const known = this.uploads.get(name);
    if (!known) return error(response, 404, 'BLOB_UPLOAD_UNKNOWN');
    if (method === 'GET') return answer(response, 204, place(repository, name, known.byteLength));
    const start = Number(headers['content-range']?.split('-')[0] ?? known.byteLength);
    if (start !== known.byteLength) return answer(response, 416, place(repository, name, known.byteLength));
    const bytes = await this.#body(request, (part) => {
      this.uploads.set(name, Buffer.concat([known, part]));
    });
    const all = Buffer.concat([known, bytes]);
    this.uploads.set(name, all);
    if (method === 'PATCH') return answer(response, 202, place(repository, name, all.byteLength));
    if (sha256(all) !== query.get('digest')) {
      this.uploads.delete(name);
      return error(response, 400, 'DIGEST_INVALID');
    }
    this.uploads.delete(name);
    const { digest } = this.addBlob(repository, all);
    return answer(response, 201, {
      location: `/v2/${repository}/blobs/${digest}`,
      'docker-content-digest': digest,
    });
  }

  /** What came of a body that breaks is kept, as registries do. */
  async #body(request: IncomingMessage, keep: (part: Buffer) => void = () => {}): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        sizeBytes += chunk.byteLength;
        this.receivedBytes += chunk.byteLength;
        if (this.breakUploadAfter !== undefined && sizeBytes >= this.breakUploadAfter) {
          this.breakUploadAfter = undefined;
          request.socket.destroy();
        }
      }
    } catch (error) {
      keep(Buffer.concat(chunks));
      throw error;
    }
    return Buffer.concat(chunks);
  }
}

function place(repository: string, id: string, sizeBytes: number): Record<string, string> {
  return {
    location: `/v2/${repository}/blobs/uploads/${id}?state=${sizeBytes}`,
    range: `0-${Math.max(0, sizeBytes - 1)}`,
  };
}

export function answer(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body?: Uint8Array | string,
): void {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...length, ...headers });
  response.end(body);
}

export function error(
  response: ServerResponse,
  status: number,
  code: string,
  message = 'as the test wants',
): void {
  answer(
    response,
    status,
    { 'content-type': 'application/json' },
    JSON.stringify({ errors: [{ code, message }] }),
  );
}

/** What a client of a registry does, over kept connections and without a library, so that the server is what is measured. */
import { createHash } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';

export interface Target {
  /** `http://127.0.0.1:5000` */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Piece {
  readonly digest: string;
  readonly sizeBytes: number;
  /** Its bytes, again at each call. */
  readonly chunks: () => Iterable<Buffer>;
}

const CHUNK = 2 ** 20;

/** Noise that no compression helps with; each seed gives its own, the same each time. */
export function noise(seed: number, sizeBytes: number): Piece {
  const block = Buffer.alloc(Math.min(CHUNK, sizeBytes));
  for (let at = 0, state = seed * 2_654_435_761 + 1; at + 4 <= block.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    block.writeUInt32LE(state, at);
  }
  function* chunks(): Iterable<Buffer> {
    for (let at = 0; at < sizeBytes; at += block.length)
      yield block.subarray(0, Math.min(block.length, sizeBytes - at));
  }
  const hash = createHash('sha256');
  for (const chunk of chunks()) hash.update(chunk);
  return { digest: `sha256:${hash.digest('hex')}`, sizeBytes, chunks };
}

export class Client {
  readonly #target: Target;
  readonly #agent: Agent;

  constructor(target: Target, connections: number) {
    this.#target = target;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Where a blob is to be put. */
  async begin(digest: string): Promise<string> {
    const begun = await this.#ask('POST', '/v2/bench/blobs/uploads/');
    const place = new URL(begun.headers.location!, this.#target.url);
    place.searchParams.set('digest', digest);
    return place.href;
  }

  /** By POST and PUT, as most clients do it. */
  async push({ digest, sizeBytes, chunks }: Piece): Promise<void> {
    const place = new URL(await this.begin(digest));
    const done = await this.#ask('PUT', `${place.pathname}${place.search}`, { sizeBytes, chunks });
    if (done.statusCode !== 201) throw new Error(`push: ${done.statusCode}`);
  }

  /** Counts the bytes; hashing them would measure the client. */
  async pull({ digest, sizeBytes }: Piece): Promise<void> {
    let count = 0;
    await this.#ask('GET', `/v2/bench/blobs/${digest}`, undefined, (chunk) => {
      count += chunk.length;
    });
    if (count !== sizeBytes) throw new Error(`pull: ${count} of ${sizeBytes} bytes`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(
    method: string,
    path: string,
    body?: Pick<Piece, 'sizeBytes' | 'chunks'>,
    take: (chunk: Buffer) => void = () => {},
  ): Promise<IncomingMessage> {
    const { url, headers } = this.#target;
    const length = { 'content-length': body?.sizeBytes ?? 0, 'content-type': 'application/octet-stream' };
    return new Promise((resolve, reject) => {
      const asked = request(`${url}${path}`, {
        method,
        agent: this.#agent,
        headers: { ...headers, ...length },
      });
      asked.on('error', reject);
      asked.on('response', (answer) => {
        answer.on('data', take);
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode! < 300) resolve(answer);
          else reject(new Error(`${method} ${path}: ${answer.statusCode}`));
        });
      });
      if (body) send(asked, body.chunks()).catch(reject);
      else asked.end();
    });
  }
}

async function send(to: NodeJS.WritableStream, chunks: Iterable<Buffer>): Promise<void> {
  for (const chunk of chunks) {
    if (!to.write(chunk)) await new Promise((resolve) => to.once('drain', resolve));
  }
  to.end();
}

/** Does all, a number of them at once. */
export async function together<T>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < all.length) await work(all[next++]!);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

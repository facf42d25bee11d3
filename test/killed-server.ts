/** `mobileops serve` as a process of its own that tests kill and start again, and clients that go on until it ends. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tarOf } from '../src/inspection/testing.ts';

const ROOT = join(import.meta.dirname, '..');
/** Collection runs all the time. */
const WORDS = ['serve', '--json', '--port', '0', '--gc-every', '1ms'];

export class Served {
  readonly folder: string;
  readonly #grace: string;
  child!: ChildProcess;
  url = '';
  token = '';

  /** `grace`: how long what nothing names, or nobody goes on with, stays. */
  constructor(folder: string, grace: string) {
    this.folder = folder;
    this.#grace = grace;
  }

  async start(t: TestContext): Promise<void> {
    const child = spawn(
      process.execPath,
      [join(ROOT, 'src/main.ts'), ...WORDS, '--gc-grace', this.#grace, '--data', this.folder],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    this.child = child;
    t.after(() => child.kill('SIGKILL'));
    let text = '';
    for await (const line of createInterface(child.stdout!)) {
      text += line;
      if (line === '}') break;
    }
    const { url, firstToken } = JSON.parse(text) as { url: string; firstToken?: string };
    this.url = url;
    this.token = firstToken ?? this.token;
  }

  fetch(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...options.headers };
    return fetch(`${this.url}${path}`, { ...options, headers });
  }

  async json(path: string, headers: Record<string, string> = {}): Promise<never> {
    const answer = await this.fetch(path, { headers });
    assert.equal(answer.status, 200, path);
    return (await answer.json()) as never;
  }

  /** The SHA-256 of what is there. */
  async hashOf(path: string): Promise<string> {
    const answer = await this.fetch(path);
    assert.equal(answer.status, 200, path);
    return sha256(Buffer.from(await answer.arrayBuffer()));
  }

  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Publishes the version `1.0.<at>` of a package; gives the address of its file and the hash of that. */
type Publisher = (served: Served, at: number) => Promise<readonly [path: string, hash: string]>;

function form(fileField: string, name: string, bytes: Buffer, fields: Record<string, string> = {}): FormData {
  const body = new FormData();
  for (const [field, value] of Object.entries(fields)) body.set(field, value);
  body.set(fileField, new Blob([new Uint8Array(bytes)]), name);
  return body;
}

export const PUBLISHERS: Readonly<Record<string, Publisher>> = {
  artifacts: async (served, at) => {
    const bytes = randomBytes(300_000);
    const name = `killed-1.0.${at}.tar.gz`;
    const answer = await served.fetch('/upload', { method: 'POST', body: form('file', name, bytes) });
    assert.equal(answer.status, 201);
    return [`/artifacts/killed/1.0.${at}/${name}`, sha256(bytes)];
  },
  pypi: async (served, at) => {
    const bytes = randomBytes(100_000);
    const name = `killed-1.0.${at}.tar.gz`;
    const body = form('content', name, bytes, { ':action': 'file_upload', name: 'killed' });
    assert.equal((await served.fetch('/pypi/legacy/', { method: 'POST', body })).status, 200);
    return [`/pypi/files/killed/${name}`, sha256(bytes)];
  },
  npm: async (served, at) => {
    const version = `1.0.${at}`;
    const manifest = JSON.stringify({ name: 'killed', version });
    const content = randomBytes(50_000).toString('base64');
    const tarball = gzipSync(
      tarOf([
        { name: 'package/package.json', content: manifest },
        { name: 'package/data', content },
      ]),
    );
    const data = tarball.toString('base64');
    const body = JSON.stringify({
      ...{ name: 'killed', 'dist-tags': { latest: version } },
      versions: { [version]: { name: 'killed', version } },
      _attachments: { [`killed-${version}.tgz`]: { data, length: tarball.length } },
    });
    const headers = { 'content-type': 'application/json' };
    assert.equal((await served.fetch('/npm/killed', { method: 'PUT', body, headers })).status, 201);
    return [`/npm/killed/-/killed-${version}.tgz`, sha256(tarball)];
  },
};

/** Until the server is gone; a wrong answer is an error. */
export async function untilItEnds(work: (at: number) => Promise<void>): Promise<void> {
  for (let at = 0; ; at++) {
    try {
      await work(at);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
  }
}

/** Keeps the server busy until something holds, or one of its clients fails, which is then told. */
export async function askUntil(
  served: Served,
  holds: () => boolean,
  clients: readonly Promise<void>[],
): Promise<void> {
  const asking = (async () => {
    while (!holds()) await served.fetch('/health');
  })();
  await Promise.race([asking, ...clients]);
}

/** A blob that is sent in pieces, over as many lives of the server as that takes. */
export class PiecedUpload {
  readonly bytes = randomBytes(4_000_000);
  readonly digest = `sha256:${sha256(this.bytes)}`;
  #place = '';
  #acknowledged = 0;

  async begin(served: Served): Promise<void> {
    const begun = await served.fetch('/v2/pieces/blobs/uploads/', { method: 'POST' });
    this.#place = begun.headers.get('location') ?? assert.fail('no location');
    await this.#send(served);
  }

  /** What was acknowledged is there after each start. */
  async goOn(served: Served, upTo = this.bytes.length): Promise<void> {
    const answer = await served.fetch(this.#place);
    assert.equal(answer.status, 204);
    const last = Number(answer.headers.get('range')?.split('-')[1]);
    assert.ok(last + 1 >= this.#acknowledged, `${last + 1} of ${this.#acknowledged} bytes are left`);
    this.#acknowledged = last + 1;
    while (this.#acknowledged < upTo) await this.#send(served);
  }

  async end(served: Served): Promise<number> {
    const answer = await served.fetch(`${this.#place}?digest=${this.digest}`, { method: 'PUT' });
    return answer.status;
  }

  async #send(served: Served): Promise<void> {
    const end = Math.min(this.bytes.length, this.#acknowledged + 50_000);
    const body = this.bytes.subarray(this.#acknowledged, end);
    const headers = { 'content-range': `${this.#acknowledged}-${end - 1}` };
    const answer = await served.fetch(this.#place, { method: 'PATCH', body, headers });
    assert.equal(answer.status, 202);
    this.#acknowledged = end;
  }
}

import { digestOf, fail, ok } from '../base/index.ts';
import type { Http, HttpResponse } from '../host/index.ts';
import { MemoryFileSystem } from '../host/testing.ts';
import type { PublishedRelease, PublishItem } from './publisher.ts';

/** A disk with the files of a release at `/release`. */
export function releaseOnDisk(version = '1.0.0', contents: Readonly<Record<string, string>> = FILES) {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/release');
  const items = Object.entries(contents).map(([name, text]) => putItem(fs, `${name}-${version}`, text));
  const index = putItem(fs, `index-${version}`, `index of ${version}`);
  const release: PublishedRelease = { version, channel: 'stable', isNewest: true, index };
  return { fs, items, release };
}

export const FILES = { 'a.tar.gz': 'a', 'a.tar.gz.asc': 'signature', b: 'b' };

export function putItem(fs: MemoryFileSystem, name: string, text: string): PublishItem {
  const path = `/release/${name}`;
  fs.writeFile(path, text);
  const { hash, sizeBytes } = digestOf(text);
  return { name, path, sizeBytes, sha256: hash };
}

/** Thrown in place of an answer: the machine went down. */
export class Killed extends Error {}

/** An artifact repository as the document has it, with immutable names and channels that the index moves. */
export class FakeRepository {
  readonly files = new Map<string, string>();
  readonly channels = new Map<string, string>();
  readonly requests: { readonly name: string; readonly headers: Readonly<Record<string, string>> }[] = [];
  token: string | undefined;
  /** Status instead of what would be done, for the next requests. */
  readonly faults: (number | 'connection')[] = [];
  /** The request after so many others: `before` it did anything, or `after`. */
  killAt: { readonly request: number; readonly when: 'before' | 'after' } | undefined;

  readonly http: Http = {
    exchange: async ({ url, headers, body }) => {
      const count = this.requests.length;
      const chunks: Buffer[] = [];
      const buffer = new Uint8Array(7);
      for (let read = body!.read(buffer); read > 0; read = body!.read(buffer))
        chunks.push(Buffer.from(buffer.subarray(0, read)));
      const form = Buffer.concat(chunks);
      if (form.length !== body!.sizeBytes) throw new Error('the body has another length than it promised');
      const fields = formFields(form.toString('latin1'), headers['content-type'] ?? '');
      this.requests.push({ name: fields.name ?? '', headers });
      const isKilled = this.killAt?.request === count;
      if (isKilled && this.killAt?.when === 'before') throw new Killed();
      const fault = this.faults.shift();
      if (fault === 'connection') return fail({ kind: 'connection', code: 'ECONNRESET', isReused: false });
      const status = fault ?? (url.endsWith('/upload') ? this.#take(fields, headers) : 404);
      if (isKilled) throw new Killed();
      return ok(response(status));
    },
  };

  #take(fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>): number {
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`) return 401;
    const { name = '', content = '', channel, version = '' } = fields;
    const known = this.files.get(name);
    if (known !== undefined && known !== content) return 409;
    this.files.set(name, content);
    if (channel !== undefined) this.channels.set(channel, version);
    return known === undefined ? 201 : 200;
  }
}

function response(status: number): HttpResponse {
  return { status, headers: {}, read: async () => ok(0), discard: () => {} };
}

/** The fields of a form, its file as `name` and `content`. */
function formFields(form: string, contentType: string): Readonly<Record<string, string>> {
  const boundary = /boundary=(\S+)/.exec(contentType)?.[1] ?? '';
  const parts = form.split(`--${boundary}`).slice(1, -1);
  return Object.fromEntries(
    parts.flatMap((part) => {
      const [, head = '', content = ''] = /^\r\n([\s\S]*?)\r\n\r\n([\s\S]*)\r\n$/.exec(part) ?? [];
      const name = / name="([^"]*)"/.exec(head)?.[1] ?? '';
      const file = / filename="([^"]*)"/.exec(head)?.[1];
      return file === undefined
        ? [[name, content]]
        : [
            ['name', file],
            ['content', content],
          ];
    }),
  );
}

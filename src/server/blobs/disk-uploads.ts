import { fail, ok, type Result } from '../../base/index.ts';
import type { StreamFiles } from '../../host/index.ts';
import { type Algorithm, algorithmOf } from './blob-digest.ts';
import type { ByteSource, PutFailure, PutOptions, StoredBlob, UploadStore } from './blob-store.ts';
import { IncomingFile } from './incoming-file.ts';

/** Gives a checked file its name as a blob. */
export type Place = (file: IncomingFile) => Promise<StoredBlob>;

const UPLOAD_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** States of uploads that are kept in memory; those of others are made again from their files. */
const MOST_OPEN = 10_000;

/** Uploads as files `uploads/<id>`, with the state of their hash in memory. */
export class DiskUploads implements UploadStore {
  readonly #files: StreamFiles;
  readonly #folder: string;
  readonly #place: Place;
  readonly #open = new Map<string, IncomingFile>();
  readonly #busy = new Set<string>();

  constructor(files: StreamFiles, folder: string, place: Place) {
    this.#files = files;
    this.#folder = folder;
    this.#place = place;
  }

  begin(id: string, algorithm: Algorithm = 'sha256'): void {
    this.#keep(id, new IncomingFile(this.#files, this.#path(id), algorithm));
  }

  sizeBytes(id: string): number {
    return this.#open.get(id)?.sizeBytes ?? this.#files.stat(this.#path(id))?.sizeBytes ?? 0;
  }

  append(id: string, source: ByteSource, maxBytes: number): Promise<Result<number, PutFailure>> {
    return this.#alone(id, async () => {
      const file = await this.#resumed(id, this.#open.get(id)?.algorithm ?? 'sha256');
      const isWithin = await file.add(source, maxBytes);
      return isWithin ? ok(file.sizeBytes) : fail({ kind: 'too-large', maxBytes });
    });
  }

  finish(
    id: string,
    source: ByteSource | undefined,
    { expected, maxBytes }: PutOptions & { readonly expected: NonNullable<PutOptions['expected']> },
  ): Promise<Result<StoredBlob, PutFailure>> {
    return this.#alone(id, async () => {
      const file = await this.#resumed(id, algorithmOf(expected));
      if (source && !(await file.add(source, maxBytes))) return fail({ kind: 'too-large', maxBytes });
      const actual = file.digest();
      if (actual !== expected) {
        await this.#drop(id);
        return fail({ kind: 'wrong-digest', actual });
      }
      if (file.sizeBytes === 0) this.#files.append(file.path).close();
      const placed = await this.#place(file);
      this.#open.delete(id);
      return ok(placed);
    });
  }

  discard(id: string): Promise<Result<void, PutFailure>> {
    return this.#alone(id, async () => ok(await this.#drop(id)));
  }

  async discardOlder(thanMs: number): Promise<readonly string[]> {
    const gone: string[] = [];
    for await (const id of this.#files.names(this.#folder)) {
      const stat = this.#files.stat(this.#path(id));
      if (!stat || stat.mtimeMs >= thanMs) continue;
      if ((await this.discard(id)).ok) gone.push(id);
    }
    return gone;
  }

  async #drop(id: string): Promise<void> {
    this.#open.delete(id);
    await this.#files.unlink(this.#path(id));
  }

  async #resumed(id: string, algorithm: Algorithm): Promise<IncomingFile> {
    const known = this.#open.get(id);
    if (known?.algorithm === algorithm) return known;
    const file = await IncomingFile.resume(this.#files, this.#path(id), algorithm);
    this.#keep(id, file);
    return file;
  }

  #keep(id: string, file: IncomingFile): void {
    this.#open.set(id, file);
    if (this.#open.size <= MOST_OPEN) return;
    const oldest = [...this.#open.keys()].find((each) => !this.#busy.has(each));
    if (oldest !== undefined) this.#open.delete(oldest);
  }

  async #alone<T>(id: string, work: () => Promise<Result<T, PutFailure>>): Promise<Result<T, PutFailure>> {
    if (!UPLOAD_ID.test(id)) return fail({ kind: 'absent' });
    if (this.#busy.has(id)) return fail({ kind: 'busy' });
    this.#busy.add(id);
    try {
      return await work();
    } finally {
      this.#busy.delete(id);
    }
  }

  #path(id: string): string {
    return `${this.#folder}/${id}`;
  }
}

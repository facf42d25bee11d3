import { gateWords, indexName, MAX_INDEX_BYTES, parseIndex } from '../../release/index.ts';
import type { ArtifactFile } from '../artifacts/artifact-store.ts';
import { parseBlobDigest } from '../blobs/blob-digest.ts';
import type { Services } from '../services.ts';

const MOST_KNOWN = 1000;

/** What the indexes of releases record of their gates, each read once: the content never changes. */
export class ReleaseGates {
  readonly #blobs: Pick<Services['blobs'], 'readWhole'>;
  readonly #known = new Map<string, readonly string[]>();

  constructor({ blobs }: Pick<Services, 'blobs'>) {
    this.#blobs = blobs;
  }

  /** What people are to know of a version, of which `files` may hold the index. */
  async of(files: readonly ArtifactFile[], version: string): Promise<readonly string[]> {
    const index = files.find((row) => row.version === version && row.file === indexName(version));
    if (!index || index.sizeBytes > MAX_INDEX_BYTES) return [];
    const known = this.#known.get(index.digest);
    if (known) return known;
    const bytes = await this.#blobs.readWhole(parseBlobDigest(index.digest)!);
    const parsed = bytes && parseIndex(Buffer.from(bytes).toString('utf8'));
    if (!parsed?.ok) return [];
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const words = gateWords(parsed.value.gates);
    this.#known.set(index.digest, words);
    return words;
  }
}

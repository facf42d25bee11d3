import { type Digest, Digester } from '../../base/index.ts';
import type { RegistryWorld } from '../world.ts';
import { fileDigest } from './blob-sink.ts';

/** The digest of a file that we write from its beginning. */
export interface GrowingDigest extends Disposable {
  /** After the bytes are written. */
  update(chunk: Uint8Array): void;
  digest(): Promise<Digest>;
}

/** To hash less takes no longer than to tell another thread of it. */
const FOLLOWED_BYTES = 2 ** 23;

/** Of a large file beside our own work, as it lies there; of another one from what is written. */
export function growingDigest(
  world: Pick<RegistryWorld, 'fs' | 'digests'>,
  { path, expectedBytes }: { readonly path: string; readonly expectedBytes: number },
): GrowingDigest {
  const followed = expectedBytes < FOLLOWED_BYTES ? undefined : world.digests?.follow(path);
  if (!followed) {
    const digester = new Digester();
    return {
      update: (chunk) => void digester.update(chunk),
      digest: async () => digester.digest(),
      [Symbol.dispose]: () => {},
    };
  }
  let sizeBytes = 0;
  return {
    update(chunk) {
      sizeBytes += chunk.byteLength;
      followed.grow(sizeBytes);
    },
    async digest() {
      try {
        return { hash: await followed.finish(sizeBytes), sizeBytes };
      } catch {
        // Whatever became of the thread, the file tells.
        return fileDigest(world.fs, path);
      }
    },
    [Symbol.dispose]: () => followed[Symbol.dispose](),
  };
}

import { sha256 } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { parseJson } from '../../oci/index.ts';
import type { Place } from '../failure.ts';

/**
 * The addresses of uploads that are under way, so that a push that was killed goes on where it stopped. Who has such an
 * address may be able to write to the upload, so only the user reads the files.
 */
export interface UploadMemory {
  /** Gives an address and forgets it: of two who push the same blob only one goes on with it. */
  take(place: Place, digest: string): string | undefined;
  keep(place: Place, digest: string, url: string): void;
  forget(place: Place, digest: string): void;
}

export const NO_MEMORY: UploadMemory = { take: () => undefined, keep: () => {}, forget: () => {} };

/** In files of a folder, which is made when it is absent. */
export function uploadMemory(fs: FileSystem, folder: string): UploadMemory {
  const fileOf = ({ registry, repository }: Place, digest: string): string =>
    `${folder}/${sha256(`${registry}/${repository}@${digest}`)}.json`;
  const forget = (place: Place, digest: string): boolean => {
    try {
      fs.unlink(fileOf(place, digest));
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    }
  };
  return {
    take(place, digest) {
      const text = fs.readTextIfExists(fileOf(place, digest));
      if (text === undefined || !forget(place, digest)) return undefined;
      const { url } = (parseJson(text) ?? {}) as { url?: unknown };
      return typeof url === 'string' && URL.canParse(url) ? url : undefined;
    },
    keep(place, digest, url) {
      fs.makeDirectory(folder, 0o700);
      fs.replaceFile(fileOf(place, digest), JSON.stringify({ url }), 0o600);
    },
    forget: (place, digest) => void forget(place, digest),
  };
}

import { join } from 'node:path';
import type { Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { writeStream } from '../tools/index.ts';
import { caught, type InspectionFailure } from './fault.ts';
import type { OpenedImage } from './open-image.ts';

export interface LayerCopies {
  readonly fs: FileSystem;
  /** Where layers of an archive are copied to; made when it is needed. */
  readonly folder: () => string;
  /** Whether somebody is going to read the layer. */
  readonly isWanted: (diffId: string) => boolean;
}

/** Where the layers lie, the lowest first, as they are stored. They are not verified: who unpacks one holds it against its diff id. */
export function layersOnDisk(
  image: OpenedImage,
  { fs, folder, isWanted }: LayerCopies,
): Promise<Result<readonly { readonly path: string; readonly diffId: string }[], InspectionFailure>> {
  return caught(async () => {
    const places = new Map<string, string>();
    const inArchive = new Set<string>();
    for (const { path, diffId } of image.layers) {
      const onDisk = image.files.diskPath(path);
      if (onDisk !== undefined) places.set(path, onDisk);
      else if (isWanted(diffId)) inArchive.add(path);
    }
    if (inArchive.size > 0) {
      await image.files.visit(inArchive, async (path, bytes) => {
        const copy = join(folder(), String(places.size));
        await writeStream(fs, copy, bytes);
        places.set(path, copy);
      });
    }
    return image.layers.map(({ path, diffId }) => ({ path: places.get(path) ?? `/${path}`, diffId }));
  });
}

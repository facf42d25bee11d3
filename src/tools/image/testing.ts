import { posix } from 'node:path';
import { LAYERS_FOLDER } from '../../oci/index.ts';
import type { ToolContext } from '../tool.ts';

/** Completes a layout as rules do: with its new layers, and those of the layouts that its image stands on. */
export function completeLayout(fs: ToolContext['fs'], layout: string, below: readonly string[] = []): void {
  for (const from of [...below, layout]) {
    const layers = posix.join(from, LAYERS_FOLDER);
    if (!fs.lstat(layers)) continue;
    for (const { name } of fs.readDirectory(layers))
      for (const folder of [LAYERS_FOLDER, 'blobs/sha256']) {
        const place = posix.join(layout, folder, name);
        if (!fs.lstat(place)) fs.writeFile(place, fs.readFile(posix.join(layers, name)));
      }
  }
}

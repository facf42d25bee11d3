import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { type AccountFiles, layerTar, type RootEntry } from '../../debian/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { parseRunLayer } from '../../oci/index.ts';
import { collect, fileBytes } from '../byte-stream.ts';
import { gunzipped } from '../gzip.ts';
import { type Layer, writeLayerBlob } from '../image/layer.ts';
import { readTar } from '../tar-reader.ts';
import type { ToolContext } from '../tool.ts';

type Files = ToolContext['fs'];

/** Writes a layer's blob into a folder, named by its digest. */
export function writeRootLayer(fs: Files, blobFolder: string, entries: readonly RootEntry[]): Promise<Layer> {
  return writeLayerBlob(fs, blobFolder, layerTar(entries, { fs: fs as Pick<FileSystem, 'open'> }));
}

/** The layer that a command in a container left; none where it changed nothing. */
export function runLayerOf(fs: Files, path: string): Result<readonly Layer[], string> {
  const document = fs.lstat(path)?.type === 'file' ? parseRunLayer(fs.readText(path)) : undefined;
  if (!document) return fail(`${path} does not tell what the maintainer scripts changed`);
  if (document === 'unchanged') return ok([]);
  const { descriptor, diffId, blob } = document;
  return ok([{ descriptor, diffId, path: posix.join(posix.dirname(path), blob) }]);
}

const ACCOUNTS = ['passwd', 'group', 'shadow', 'gshadow'] as const;

/** The account files of an image, as its last layer that has them does. */
export async function accountsIn(fs: Files, layers: readonly Layer[]): Promise<AccountFiles> {
  const found = new Map<string, string>();
  for (const { path } of layers) {
    for await (const member of readTar(gunzipped(fileBytes(fs, path)))) {
      const name = ACCOUNTS.find((each) => member.path === `etc/${each}`);
      if (name !== undefined && member.kind === 'file')
        found.set(name, (await collect(member.bytes)).toString());
    }
  }
  const [shadow, gshadow] = [found.get('shadow'), found.get('gshadow')];
  return {
    passwd: found.get('passwd') ?? '',
    group: found.get('group') ?? '',
    ...(shadow === undefined ? {} : { shadow }),
    ...(gshadow === undefined ? {} : { gshadow }),
  };
}

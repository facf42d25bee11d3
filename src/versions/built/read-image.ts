import { join } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';
import { type BuiltVersion, type ReadVersions, unreadable } from './built-version.ts';

const TAG = 'org.opencontainers.image.ref.name';
const VERSION_LABEL = 'org.opencontainers.image.version';
/** An index within an index is as deep as images of several platforms go. */
const MAX_DEPTH = 3;

interface Descriptor {
  readonly digest?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Document {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor & { readonly Labels?: Readonly<Record<string, string>> };
}

/** Tags and labels of an OCI layout. A tag that says another version is none of ours; one has to be this version's. */
export function readImage(fs: FileSystem, folder: string, path: string): ReadVersions {
  try {
    const index = documentAt(fs, join(folder, 'index.json'));
    const manifests = index.manifests ?? [];
    const tags = [...new Set(manifests.flatMap(({ annotations }) => annotations?.[TAG] ?? []))];
    const labels = new Set(manifests.flatMap((each) => labelsOf(fs, folder, each, 0)));
    const common = { path, format: 'image' } as const;
    return {
      versions: [
        { ...common, field: 'tags', found: tags.join(', '), kind: 'imageTag' },
        ...[...labels].map(
          (found): BuiltVersion => ({ ...common, field: `label ${VERSION_LABEL}`, found, kind: 'version' }),
        ),
      ],
      unreadable: [],
    };
  } catch (error) {
    if (!(error instanceof SyntaxError || (error instanceof Error && 'code' in error))) throw error;
    return unreadable(path, error.message);
  }
}

function documentAt(fs: FileSystem, path: string): Document {
  return (JSON.parse(fs.readText(path)) ?? {}) as Document;
}

/** Of an image, or of each image of several platforms. */
function labelsOf(fs: FileSystem, folder: string, { digest = '' }: Descriptor, depth: number): string[] {
  const [, hash] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (hash === undefined || depth > MAX_DEPTH) return [];
  const document = documentAt(fs, join(folder, 'blobs', 'sha256', hash));
  if (document.manifests) return document.manifests.flatMap((each) => labelsOf(fs, folder, each, depth + 1));
  if (document.config?.digest) return labelsOf(fs, folder, document.config, depth + 1);
  const label = document.config?.Labels?.[VERSION_LABEL];
  return label === undefined ? [] : [label];
}

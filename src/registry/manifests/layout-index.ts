import type { FileSystem } from '../../host/index.ts';
import { type Descriptor, encodeIndex, MEDIA_TYPES, REF_NAME } from '../../oci/index.ts';
import { layoutTops } from '../blobs/blob-source.ts';

/**
 * Names an image in a layout's `index.json`. Other names stay; the same name moves to the new image; without a name an
 * entry of the same digest is replaced.
 */
export function nameInLayout(fs: FileSystem, root: string, { top, name }: NamedTop): void {
  const isReplaced = (each: Descriptor): boolean => {
    const known = each.annotations?.[REF_NAME];
    return name === undefined ? known === undefined && each.digest === top.digest : known === name;
  };
  const { annotations, ...plain } = top;
  const named = name === undefined ? annotations : { ...annotations, [REF_NAME]: name };
  const entry: Descriptor = named === undefined ? plain : { ...plain, annotations: named };
  const manifests = [...layoutTops(fs, root).filter((each) => !isReplaced(each)), entry];
  fs.replaceFile(
    `${root}/index.json`,
    encodeIndex({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests }),
  );
}

export interface NamedTop {
  readonly top: Descriptor;
  /** A tag. */
  readonly name?: string;
}

import type { Diagnostic, Result } from '../base/index.ts';
import { shownBytes } from './byte-text.ts';
import { caught, type InspectionFailure } from './fault.ts';
import type { SeenFile } from './layer-listing.ts';
import type { OpenedImage } from './open-image.ts';
import { readLayers } from './read-layers.ts';
import { viewImage } from './view-image.ts';

/** Takes a file's bytes as they pass, and tells something of it at the end. */
export interface FileWatch<Told> {
  /** The chunk holds only for the call. */
  take(chunk: Uint8Array): void;
  end(): Told;
}

/** A file of a layer that was watched, hidden ones too. */
export interface WatchedFile<Told> {
  /** From the root, as people are shown it. */
  readonly path: string;
  /** Index into `layers`. */
  readonly layer: number;
  /** Whether it is there once all layers are put together; `path` is where it is then, links followed. */
  readonly isSeen: boolean;
  readonly told: Told;
}

export interface WatchedImage<Told> {
  /** The lowest first. */
  readonly layers: readonly { readonly number: number; readonly diffId: string; readonly digest: string }[];
  /** The lowest layer first. A file with several names that are seen stands once a name. */
  readonly files: readonly WatchedFile<Told>[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Hands the bytes of files to who wants them, in one pass over the layers that holds no more of them than a chunk, and tells which
 * files are seen in the end. Nothing is told of an image whose bytes are not what its documents say.
 */
export function watchImage<Told>(
  image: OpenedImage,
  watch: (file: SeenFile) => FileWatch<Told> | undefined,
): Promise<Result<WatchedImage<Told>, InspectionFailure>> {
  return caught(async () => {
    const told = new Map<number, Map<number, Told>>();
    const layers = await readLayers(image, undefined, async (layer, index, bytes, file) => {
      const watching = watch(file);
      if (!watching) return;
      for await (const chunk of bytes) watching.take(chunk);
      const ofLayer = told.get(layer) ?? new Map<number, Told>();
      told.set(layer, ofLayer.set(index, watching.end()));
    });
    const { view, diagnostics } = viewImage(image, layers);
    const seen = Map.groupBy(view.entries(), ([, { member }]) => member);
    const files = layers.flatMap(({ listing }, layer) =>
      // A layer that stands twice was told of once, where it stands first.
      [...(told.get(layer) ?? [])].flatMap(([index, one]): WatchedFile<Told>[] => {
        const member = listing.members[index]!;
        const names = seen.get(member) ?? [];
        if (names.length === 0) return [{ path: shownBytes(member.path), layer, isSeen: false, told: one }];
        return names.map(([path]) => ({ path: shownBytes(path), layer, isSeen: true, told: one }));
      }),
    );
    const places = layers.map(({ listing: { diffId }, digest }, at) => ({ number: at + 1, diffId, digest }));
    return { layers: places, files, diagnostics };
  });
}

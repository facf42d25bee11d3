import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import {
  diffImages,
  type ImageDiff,
  type InspectionWorld,
  inspectionDiagnostic,
  layoutPlatforms,
  type MemberChange,
  machinePlatform,
  type OpenedImage,
  openImage,
  platformText,
} from '../../inspection/index.ts';
import type { Place } from '../model.ts';
import type { Comparison } from './compare-contents.ts';

/** An image that was built twice. */
export interface ImagePair {
  readonly place: Place;
  /** Folders with OCI layouts. */
  readonly a: string;
  readonly b: string;
  readonly architecture: string;
}

const MAX_FILE_BYTES = 64 * 2 ** 20;
const MAX_HELD_BYTES = 384 * 2 ** 20;

/** Compares two images as archives and as documents, by the streams of their layers; of an index, for each platform. */
export async function compareImages(
  comparison: Comparison,
  world: InspectionWorld,
  { place, a, b, architecture }: ImagePair,
): Promise<Result<undefined, Diagnostic>> {
  const machine = machinePlatform(architecture);
  const platforms = await layoutPlatforms(world, a);
  const several = platforms.length > 1 ? platforms : [undefined];
  for (const platform of several) {
    const at = platform ? [...place, platformText(platform)] : place;
    const images: OpenedImage[] = [];
    for (const path of [a, b]) {
      const wanted = platform ? { platform } : {};
      const image = await openImage(world, { name: at.join(' '), path, machine, ...wanted });
      if (!image.ok) return fail(inspectionDiagnostic(image.failure));
      images.push(image.value);
    }
    const compared = await comparePair(comparison, at, [images[0]!, images[1]!]);
    if (!compared.ok) return compared;
  }
  return ok(undefined);
}

async function comparePair(
  comparison: Comparison,
  place: Place,
  [a, b]: readonly [OpenedImage, OpenedImage],
): Promise<Result<undefined, Diagnostic>> {
  const contents = new Map<string, readonly [Buffer, Buffer]>();
  const diff = await diffImages(a, b, {
    withMembers: true,
    sight: {
      maxFileBytes: MAX_FILE_BYTES,
      maxHeldBytes: MAX_HELD_BYTES,
      onContents: (digests, one, two) => contents.set(digests.join(), [one, two]),
    },
  });
  if (!diff.ok) return fail(inspectionDiagnostic(diff.failure));
  await new ImageComparison(comparison, place, contents).add(diff.value);
  return ok(undefined);
}

class ImageComparison {
  readonly #comparison: Comparison;
  readonly #place: Place;
  readonly #contents: ReadonlyMap<string, readonly [Buffer, Buffer]>;

  constructor(
    comparison: Comparison,
    place: Place,
    contents: ReadonlyMap<string, readonly [Buffer, Buffer]>,
  ) {
    this.#comparison = comparison;
    this.#place = place;
    this.#contents = contents;
  }

  async add({ documents, layers, members, notes }: ImageDiff): Promise<void> {
    for (const { path, a, b } of documents)
      this.#comparison.add({
        kind: 'field',
        place: [...this.#place, path.startsWith('manifest') ? 'manifest' : 'config'],
        field: path,
        a: a === undefined ? undefined : JSON.stringify(a),
        b: b === undefined ? undefined : JSON.stringify(b),
      });
    for (const { change, a, b } of layers) {
      const place = [...this.#place, `layer ${(a ?? b)!.number}`];
      if (change === 'recompressed')
        this.#comparison.add({ kind: 'packing', place, format: `gzip around a tar` });
      else if (change !== 'changed')
        this.#comparison.add({ kind: 'only', place, side: change === 'removed' ? 'a' : 'b', what: 'layer' });
    }
    for (const { a, changes, notes: said } of members ?? []) {
      const place = [...this.#place, `layer ${a}`];
      for (const change of changes) await this.#member([...place, change.path], change);
      for (const what of said) this.#note(place, what);
    }
    for (const what of notes) this.#note(this.#place, what);
  }

  #note(place: Place, what: string): void {
    if (what.includes('another order')) this.#comparison.add({ kind: 'order', place, what });
    else this.#comparison.add({ kind: 'packing', place, format: what });
  }

  async #member(place: Place, { change, fields }: MemberChange): Promise<void> {
    if (change !== 'changed') {
      const type = fields.find(({ field }) => field === 'type');
      const side = change === 'removed' ? 'a' : 'b';
      return this.#comparison.add({ kind: 'only', place, side, what: type?.a ?? type?.b ?? 'file' });
    }
    for (const { field, a, b } of fields) {
      if (field === 'content') await this.#content(place, a ?? '', b ?? '');
      else if (field !== 'size') this.#comparison.add({ kind: 'field', place, field, a, b });
    }
  }

  async #content(place: Place, a: string, b: string): Promise<void> {
    const key = [a, b].map((text) => text.replace('sha256:', '')).join();
    const pair = this.#contents.get(key);
    if (pair) await this.#comparison.contents(place, pair[0], pair[1]);
    else this.#comparison.add({ kind: 'unread', place, why: `too large to be looked into: ${a} and ${b}` });
  }
}

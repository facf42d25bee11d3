import { ok, type Result } from '../base/index.ts';
import {
  type InspectionFailure,
  type OpenedImage,
  type WatchedFile,
  watchImage,
} from '../inspection/index.ts';
import { formatPackageUrl } from '../packages/index.ts';
import { type Catalogue, type CatalogueOptions, makeCatalogue, type Sighting } from './catalog/catalogue.ts';
import type { Found } from './catalog/found.ts';
import { isObject } from './catalog/json.ts';
import { sinkFor } from './catalog/sink-for.ts';
import { type Component, makeSbom, type Sbom } from './model.ts';

/** What is found in the files of an image as they are once its layers are put together, with the layer that brought each. */
export async function catalogueImage(
  image: OpenedImage,
  options: CatalogueOptions = {},
): Promise<Result<Catalogue, InspectionFailure>> {
  const watched = await watchImage(image, ({ path, sizeBytes, mode }) =>
    sinkFor({ path, sizeBytes, isExecutable: (mode & 0o111) !== 0 }),
  );
  if (!watched.ok) return watched;
  const { layers, files } = watched.value;
  const byPath = Map.groupBy(files, ({ path }) => path);
  const sightings = files
    .filter(({ isSeen }) => isSeen)
    .map(({ path, told, layer }): Sighting => {
      const history = byPath.get(path)!;
      return {
        path,
        found: told,
        layerOf: (one) => layers[firstWith(one, history, layer)],
      };
    });
  return ok(makeCatalogue(sightings, options));
}

/** The layer from which on the file has named a package: lists of packages are written anew by each layer that adds one. */
function firstWith(one: Found, history: readonly WatchedFile<readonly Found[]>[], seenIn: number): number {
  const wanted = keyOf(one);
  let first = seenIn;
  for (const { layer, told } of [...history].reverse()) {
    if (layer >= seenIn) continue;
    if (!told.some((other) => keyOf(other) === wanted)) break;
    first = layer;
  }
  return first;
}

function keyOf(one: Found): string {
  if (one.kind !== 'package' && one.kind !== 'file') return one.kind;
  const { name, version = '', inside = '' } = one;
  const rest = one.kind === 'package' ? JSON.stringify(one.qualifiers ?? {}) : one.hashes?.[0]?.hex;
  return [one.kind, name, version, inside, rest].join('\n');
}

/** The bill of an image. It says what its documents say of it: its time, its version and its licence stand in the labels. */
export async function imageSbom(
  image: OpenedImage,
  subject: ImageSubject,
  options: CatalogueOptions = {},
): Promise<Result<Sbom, InspectionFailure>> {
  const catalogue = await catalogueImage(image, options);
  if (!catalogue.ok) return catalogue;
  const { components, edges, notListed } = catalogue.value;
  const component = imageComponent(image, subject);
  const created = createdSeconds(image.config.created);
  return ok(
    makeSbom({
      subject: component,
      components,
      relations: [
        ...components.map(({ id }) => ({ from: component.id, kind: 'contains' as const, to: id })),
        ...edges.map(({ from, to }) => ({ from, kind: 'depends-on' as const, to })),
      ],
      notListed,
      phase: 'post-build',
      ...(created === undefined ? {} : { created }),
    }),
  );
}

export interface ImageSubject {
  /** What the image is called, without a tag: `base`, `ghcr.io/team/base`. */
  readonly name: string;
  readonly id?: string;
  readonly tag?: string;
}

const LABEL = 'org.opencontainers.image.';

export function imageComponent(image: OpenedImage, { name, id, tag }: ImageSubject): Component {
  const { manifestDigest, configDigest, platform, config } = image;
  const digest = manifestDigest ?? configDigest;
  const inner = isObject(config.config) ? config.config : {};
  const labels = isObject(inner.Labels) ? inner.Labels : {};
  const label = (key: string): string | undefined => {
    const value = labels[`${LABEL}${key}`];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const purl = imagePurl(image, { name, ...(tag === undefined ? {} : { tag }) });
  const licence = label('licenses');
  return {
    id: id ?? purl,
    type: 'container',
    name,
    version: label('version') ?? tag ?? digest,
    purl,
    ...(licence === undefined ? {} : { licence }),
    hashes: [{ algorithm: 'sha256', hex: digest.replace('sha256:', '') }],
    facts: {
      'image:config': configDigest,
      'image:layers': image.layers.map(({ diffId }) => diffId).join(' '),
      'image:platform': [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/'),
    },
  };
}

/** `pkg:oci/base@sha256:…`: named by the digest of its manifest, or of its config where there is no manifest. */
function imagePurl(
  { manifestDigest, configDigest, platform }: OpenedImage,
  { name, tag }: ImageSubject,
): string {
  const slash = name.lastIndexOf('/');
  return formatPackageUrl({
    type: 'oci',
    name: name.slice(slash + 1).toLowerCase(),
    version: manifestDigest ?? configDigest,
    qualifiers: {
      ...(platform.architecture === undefined ? {} : { arch: platform.architecture }),
      ...(slash > 0 ? { repository_url: name } : {}),
      ...(tag === undefined ? {} : { tag }),
    },
  });
}

function createdSeconds(created: unknown): number | undefined {
  const ms = typeof created === 'string' ? Date.parse(created) : Number.NaN;
  return Number.isNaN(ms) || ms < 0 ? undefined : Math.floor(ms / 1000);
}

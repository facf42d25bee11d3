import { MEDIA_TYPES } from '../../oci/index.ts';

/** Docker's image manifest, version 2, schema 2, and what it is made of. */
export const DOCKER_TYPES = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
} as const;

const IMAGES: readonly string[] = [MEDIA_TYPES.manifest, DOCKER_TYPES.manifest];
const INDEXES: readonly string[] = [MEDIA_TYPES.index, DOCKER_TYPES.list];

/** What is asked for where a manifest is. */
export const ACCEPTED = [...IMAGES, ...INDEXES].join(', ');

export function isImageType(mediaType: string): boolean {
  return IMAGES.includes(mediaType);
}

export function isIndexType(mediaType: string): boolean {
  return INDEXES.includes(mediaType);
}

/** Configs that name a platform. */
export function isConfigType(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.config || mediaType === DOCKER_TYPES.config;
}

/** Layers that their licence keeps out of registries: they may be absent from an image that is whole. */
export function isForeignType(mediaType: string): boolean {
  return /\.(?:foreign|nondistributable)\./.test(mediaType);
}

/** How actions that make images and those that go on from them leave each other what no specification has. */

/**
 * The name of a document beside an OCI layout of ours that tells the files of its image, so that whoever builds on the
 * image need not unpack all its layers to learn what is there. Not part of the image.
 */
export const FILES_DOCUMENT = 'files.json';

/**
 * A folder beside an OCI layout of ours for layers, each named by the hash of its blob. An action leaves those that are new, and
 * what they become part of is put together from trees, so that the layers of a base are neither copied nor read again for each
 * image on it; it then has all layers of the image.
 */
export const LAYERS_FOLDER = 'layers';

/** The name of a folder for what belongs to a platform. */
export function platformFolder(platform: string): string {
  return platform.replaceAll('/', '-');
}

import type { ImageSpec } from '../../config/index.ts';
import type { ImageSurroundings } from './image-reading.ts';
import { Problems } from './problems.ts';
import { type ReadImage, readImage } from './read-image.ts';

type Settings = Pick<
  ImageSurroundings,
  'architecture' | 'buildArchitecture' | 'platforms' | 'imagePrefix' | 'context'
>;

/** Reads a Dockerfile before what it names is known, to learn what it names; what is wrong with it is the rule's to say. */
export function readAlone(spec: ImageSpec, text: string, settings: Settings): ReadImage | undefined {
  return readImage({
    ...settings,
    file: { path: spec.dockerfile, text },
    createdAt: 0,
    buildArgs: spec.env,
    problems: new Problems(),
    isNeeded: () => true,
    dockerfileOf: () => undefined,
  });
}

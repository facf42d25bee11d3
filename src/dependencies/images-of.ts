import { imageKey, type RegistryImage } from '../oci/index.ts';
import type { TargetNeeds } from './model.ts';

/** Images of registries that targets want, each once, by key. */
export function imagesOf(targets: readonly TargetNeeds[]): readonly RegistryImage[] {
  const images = new Map(targets.flatMap(({ images = [] }) => images.map((each) => [imageKey(each), each])));
  return [...images].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
}

import {
  CONTAINERD_NAME,
  type CompleteReference,
  completeReference,
  type Descriptor,
  parseReference,
} from '../oci/index.ts';

/** What the index of an image's layout calls it. */
export function namesOf(tops: readonly Descriptor[]): CompleteReference[] {
  return tops.flatMap(({ annotations }) => {
    const reference = parseReference(annotations?.[CONTAINERD_NAME] ?? '');
    return reference ? [completeReference(reference)] : [];
  });
}

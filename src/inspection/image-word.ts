import { isTag, parseReference } from '../oci/index.ts';

/** Whether a word can mean only an image of a registry: it names one, or a tag or a digest. */
export function isRegistryReference(word: string): boolean {
  const reference = parseReference(word);
  return reference !== undefined && (reference.registry ?? reference.tag ?? reference.digest) !== undefined;
}

/** `path:tag` in its parts; `undefined` where no tag stands behind. */
export function splitTag(word: string): { readonly path: string; readonly tag: string } | undefined {
  const colon = word.lastIndexOf(':');
  const tag = word.slice(colon + 1);
  return colon > 0 && isTag(tag) ? { path: word.slice(0, colon), tag } : undefined;
}

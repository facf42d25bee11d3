/** Parts of a path below `/v2/` as clients write them, not yet checked. */
export type OciPath =
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: string };

const FORMS: readonly (readonly [RegExp, (name: string, last: string) => OciPath])[] = [
  [/^(.+)\/blobs\/uploads\/?$/, (name) => ({ kind: 'uploads', name })],
  [/^(.+)\/blobs\/uploads\/([^/]+)$/, (name, id) => ({ kind: 'upload', name, id })],
  [/^(.+)\/blobs\/([^/]+)$/, (name, digest) => ({ kind: 'blob', name, digest })],
  [/^(.+)\/manifests\/([^/]+)$/, (name, reference) => ({ kind: 'manifest', name, reference })],
  [/^(.+)\/tags\/list$/, (name) => ({ kind: 'tags', name })],
  [/^(.+)\/referrers\/([^/]+)$/, (name, digest) => ({ kind: 'referrers', name, digest })],
];

/** A repository's name may have the words of the API in it, so that only the end of a path tells what it is. */
export function parseOciPath(path: string): OciPath | undefined {
  for (const [form, make] of FORMS) {
    const [, name, last = ''] = form.exec(path) ?? [];
    if (name !== undefined) return make(name, last);
  }
  return undefined;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const LONGEST_NAME = 255;

export function isRepository(name: string): boolean {
  return name.length <= LONGEST_NAME && NAME.test(name);
}

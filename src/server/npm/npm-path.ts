import { isNpmName } from '../../packages/index.ts';

/** What an address below `/npm/` means. */
export type NpmPath =
  | { readonly kind: 'package'; readonly package: string }
  | { readonly kind: 'version'; readonly package: string; readonly version: string }
  | { readonly kind: 'tarball'; readonly package: string; readonly file: string }
  | { readonly kind: 'tags'; readonly package: string }
  | { readonly kind: 'tag'; readonly package: string; readonly tag: string }
  | { readonly kind: 'removal'; readonly package: string; readonly revision: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'whoami' }
  | { readonly kind: 'search' };

const WORD = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,100}$/;
const FIXED: Readonly<Record<string, NpmPath>> = {
  '-/ping': { kind: 'ping' },
  '-/whoami': { kind: 'whoami' },
  '-/v1/search': { kind: 'search' },
};

/** `path` is decoded already: `@scope/name` and `@scope%2fname` are the same. */
export function parseNpmPath(path: string): NpmPath | undefined {
  const fixed = Object.hasOwn(FIXED, path) ? FIXED[path] : undefined;
  if (fixed) return fixed;
  const [, tagged, tag] = /^-\/package\/((?:@[^/]+\/)?[^/]+)\/dist-tags(?:\/([^/]*))?$/.exec(path) ?? [];
  if (tagged !== undefined) {
    if (!isNpmName(tagged)) return undefined;
    if (!tag) return { kind: 'tags', package: tagged };
    return WORD.test(tag) ? { kind: 'tag', package: tagged, tag } : undefined;
  }
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(path) ?? [];
  if (name === undefined || !isNpmName(name)) return undefined;
  if (!rest) return { kind: 'package', package: name };
  const [, revision] = /(?:^|\/)-rev\/(.*)$/.exec(rest) ?? [];
  if (revision !== undefined) return { kind: 'removal', package: name, revision };
  const [, file] = /^-\/([^/]+)$/.exec(rest) ?? [];
  if (file !== undefined) return { kind: 'tarball', package: name, file };
  return WORD.test(rest) ? { kind: 'version', package: name, version: rest } : undefined;
}

/** `name-1.0.0.tgz`, without the scope. */
export function tarballName(name: string, version: string): string {
  return `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
}

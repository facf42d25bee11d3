import type { Found, Reader } from './found.ts';
import { isObject, parsedJson } from './json.ts';

/** `package.json`, of a package in `node_modules` or of a program; one that is private is in no registry. */
export const readNodePackage: Reader = (_path, bytes) => {
  const manifest = parsedJson(bytes);
  if (!isObject(manifest)) return [];
  const { name, version } = manifest;
  if (typeof name !== 'string' || typeof version !== 'string' || !isNodeName(name) || version === '')
    return [];
  const licence = nodeLicence(manifest);
  const stated = { name, version, ...(licence === undefined ? {} : { licence }) };
  if (manifest.private === true) return [{ kind: 'file', type: 'application', ...stated }] satisfies Found[];
  return [{ kind: 'package', ecosystem: 'npm', ...stated, needs: nodeNeeds(manifest) }] satisfies Found[];
};

export const NEEDED_FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/** Names of what a `package.json`, or an entry of a lock, asks for. */
export function nodeNeeds(
  manifest: Readonly<Record<string, unknown>>,
  fields: readonly string[] = NEEDED_FIELDS,
): string[] {
  const needs: string[] = [];
  for (const field of fields) {
    const wanted = manifest[field];
    if (isObject(wanted)) for (const name in wanted) needs.push(name);
  }
  return needs;
}

export function isNodeName(name: string): boolean {
  return name.length <= 214 && /^(@[^/\s@]+\/)?[^/\s@][^/\s]*$/.test(name);
}

/** `license` as a text, and the two older forms; of several, one is enough. */
export function nodeLicence({ license, licenses }: Readonly<Record<string, unknown>>): string | undefined {
  const single = licenceName(license);
  if (single !== undefined) return single;
  const list = Array.isArray(licenses) ? licenses : Array.isArray(license) ? license : [];
  const names = list.flatMap((each) => licenceName(each) ?? []);
  return names.length > 0 ? names.join(' OR ') : undefined;
}

function licenceName(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (isObject(value) && typeof value.type === 'string' && value.type !== '') return value.type;
  return undefined;
}

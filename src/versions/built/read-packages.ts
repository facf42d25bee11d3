import { gunzipSync } from 'node:zlib';
import { zipText } from '../../apps/index.ts';
import { readTarMembers } from '../../inspection/index.ts';
import { NOTHING, type ReadVersions, unreadable } from './built-version.ts';

const MAX_UNPACKED_BYTES = 512 * 2 ** 20;

/** PEP 427: the version stands in `*.dist-info/METADATA`. */
export async function readWheel(path: string, bytes: Buffer): Promise<ReadVersions> {
  const read = await zipText(bytes, (name) => /^[^/]+\.dist-info\/METADATA$/.test(name));
  if (!read.ok) return unreadable(path, read.failure);
  if (!read.value) return unreadable(path, 'it has no *.dist-info/METADATA');
  const [head = ''] = read.value.text.split(/\r?\n\r?\n/, 1);
  const found = /^Version:[ \t]*(\S+)/im.exec(head)?.[1];
  if (found === undefined) return unreadable(path, `${read.value.name} has no Version`);
  const field = `Version in ${read.value.name}`;
  return { versions: [{ path, format: 'wheel', field, found, kind: 'wheel' }], unreadable: [] };
}

/** What `npm pack` makes; another archive that is called so is none. */
export async function readNpmArchive(path: string, bytes: Buffer): Promise<ReadVersions> {
  let tar: Buffer;
  try {
    tar = gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch {
    return unreadable(path, 'it is no gzip, is damaged, or unpacks to more than 512 MiB');
  }
  const members = await readTarMembers(tar);
  if (!members) return unreadable(path, 'it holds no tar that can be read');
  const manifest = members.find(({ name }) => name === 'package/package.json');
  return manifest?.content
    ? readManifest(path, 'package/package.json', manifest.content.toString('utf8'))
    : NOTHING;
}

/** A `package.json`; what npm never publishes has a version of its own. */
export function readManifest(path: string, name: string, text: string): ReadVersions {
  let manifest: { readonly version?: unknown; readonly private?: unknown } | null;
  try {
    manifest = JSON.parse(text.replace(/^\ufeff/, '')) as typeof manifest;
  } catch (error) {
    return unreadable(path, `${name}: ${(error as Error).message}`);
  }
  if (manifest?.private === true || manifest?.version === undefined) return NOTHING;
  const found = String(manifest.version);
  const field = `version in ${name}`;
  return { versions: [{ path, format: 'npm package', field, found, kind: 'npm' }], unreadable: [] };
}

import { z } from 'zod';

/** Every part of an address is one segment of a path on any system: no slash, no dot in front, nothing that a shell reads. */
const WORD = /^[A-Za-z0-9_][A-Za-z0-9._+@~-]*$/;
const RULE = 'letters, digits and `._+@~-`, not beginning with a dot or a dash';

const word = (longest: number): z.ZodString => z.string().min(1).max(longest).regex(WORD, RULE);

export const NAME = word(100).describe('what is published, the same for all versions');
export const VERSION = word(100).describe('its version, as the publisher writes it');
export const FILE = word(200).describe('the name of a file of a version');
export const CHANNEL = word(50).describe('a name that points to one version: stable, beta');

export const OF_NAME = z.object({ name: NAME });
export const OF_VERSION = z.object({ name: NAME, version: VERSION });
export const OF_FILE = z.object({ name: NAME, version: VERSION, file: FILE });
export const OF_CHANNEL = z.object({ name: NAME, channel: CHANNEL });

/** Of operations whose path has the name of what is published: a limited token is for some of them. */
export const OF_ITS_NAME = { face: 'artifacts', param: 'name' } as const;

/** Files that say something of the file whose name they begin with. */
export const SIDECARS: readonly string[] = [
  '.sha256',
  '.asc',
  '.sigstore.json',
  '.sig',
  '.spdx.json',
  '.cdx.json',
  '.intoto.jsonl',
  '.provenance.json',
  '.idsig',
];

/** What kind of file it is; a version has no part that begins with a letter behind a dot, or the file says it in a field. */
const ENDING = /(?:\.tar)?\.[A-Za-z][A-Za-z0-9]{0,9}$/;

/**
 * What a file is of, by its name alone: `mobileops-1.2.0.tar.gz` is version 1.2.0 of mobileops. A version begins with a digit behind
 * a dash; where nothing does, it is what stands behind the last dash. `undefined` where there is no dash.
 */
export function partsOfFileName(file: string): { name: string; version: string } | undefined {
  let stem = file;
  for (const sidecar of SIDECARS) if (stem.endsWith(sidecar)) stem = stem.slice(0, -sidecar.length);
  stem = stem.replace(/-manifest\.json$/, '').replace(ENDING, '');
  const [, name, version] = /^(.+?)-v?(\d.*)$/.exec(stem) ?? /^(.+)-([^-]+)$/.exec(stem) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** The file that a sidecar is of, among the files of its version. */
export function ownerOf(file: string, files: ReadonlySet<string>): string | undefined {
  for (const sidecar of SIDECARS) {
    if (!file.endsWith(sidecar)) continue;
    const owner = file.slice(0, -sidecar.length);
    if (files.has(owner)) return owner;
  }
  return undefined;
}

const TYPES: readonly (readonly [ending: string, type: string])[] = [
  ['.json', 'application/json'],
  ['.sha256', 'text/plain'],
  ['.asc', 'text/plain'],
  ['.txt', 'text/plain'],
  ['.md', 'text/plain'],
  ['.apk', 'application/vnd.android.package-archive'],
  ['.gz', 'application/gzip'],
  ['.tgz', 'application/gzip'],
  ['.tar', 'application/x-tar'],
  ['.zip', 'application/zip'],
  ['.png', 'image/png'],
];

/** By the end of the name: what an uploader says of its content is not believed. */
export function typeOfFile(file: string): string {
  return TYPES.find(([ending]) => file.endsWith(ending))?.[1] ?? 'application/octet-stream';
}

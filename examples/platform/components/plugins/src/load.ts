import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Manifest, type Permission, readManifest } from './manifest.js';
import type { Plugin } from './plugin.js';
import { realpathInside } from './security/index.js';

export interface LoadOptions {
  /** What the operator grants; a plugin that asks for more is not loaded. */
  readonly granted: readonly Permission[];
}

export type Loaded =
  | { readonly ok: true; readonly manifest: Manifest; readonly plugin: Plugin }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a plugin's folder. Its code runs only after the manifest was found right and granted. */
export async function loadPlugin(folder: string, { granted }: LoadOptions): Promise<Loaded> {
  const manifestPath = await realpathInside(folder, 'plugin.json');
  if (manifestPath === undefined) return refused('plugin.json is missing');
  const read = readManifest(await readFile(manifestPath, 'utf8'));
  if ('problems' in read) return refused(...read.problems);
  const { manifest } = read;
  const excess = manifest.permissions.filter((permission) => !granted.includes(permission));
  if (excess.length > 0)
    return refused(...excess.map((permission) => `permission ${permission} is not granted`));
  const entry = await realpathInside(folder, manifest.entry);
  if (entry === undefined) return refused(`${manifest.entry} is missing or lies outside the plugin's folder`);
  try {
    const plugin = (await import(pathToFileURL(entry).href)) as Partial<Plugin>;
    if (typeof plugin.activate !== 'function')
      return refused(`${manifest.entry} exports no function "activate"`);
    return { ok: true, manifest, plugin: plugin as Plugin };
  } catch (error) {
    return refused(`${manifest.entry} cannot be loaded: ${String(error)}`);
  }
}

function refused(...problems: string[]): Loaded {
  return { ok: false, problems };
}

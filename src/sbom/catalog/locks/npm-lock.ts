import { dirname } from 'node:path/posix';
import { integrityHashes } from '../../../packages/index.ts';
import type { Found, FoundPackage, FoundProject, Reader } from '../found.ts';
import { isObject, parsedJson } from '../json.ts';
import { isNodeName, NEEDED_FIELDS, nodeLicence, nodeNeeds } from '../node.ts';

type Entry = Readonly<Record<string, unknown>>;

/** `package-lock.json` and `npm-shrinkwrap.json` of the versions 1, 2 and 3. */
export const readNpmLock: Reader = (path, bytes) => {
  const lock = parsedJson(bytes);
  if (!isObject(lock)) return [{ kind: 'not-listed', why: 'it is not JSON' }];
  const folder = dirname(path);
  if (isObject(lock.packages)) return fromPackages(lock.packages, folder);
  if (isObject(lock.dependencies)) return fromTree(lock, folder === '.' ? '' : `${folder}/`);
  return lock.lockfileVersion === undefined ? [{ kind: 'not-listed', why: 'it is no lock of npm' }] : [];
};

/** Each installed folder with what is in it; `''` is the project, other folders are workspaces. */
function fromPackages(packages: Entry, folder: string): readonly Found[] {
  const found: Found[] = [];
  for (const key in packages) {
    const entry = packages[key];
    if (!isObject(entry) || entry.link === true) continue;
    const at = placeIn(folder, key);
    const inModules = key.lastIndexOf('node_modules/');
    if (inModules < 0) found.push(projectOf(entry, at));
    else {
      const one = packageOf(entry, key.slice(inModules + 'node_modules/'.length), at);
      if (one) found.push(one);
    }
  }
  return found;
}

/** Not by `join`, which is slow: keys that go up lead to no package of ours. */
function placeIn(folder: string, key: string): string {
  return `${folder === '.' ? '' : `${folder}/`}${key === '' ? '' : `${key}/`}package.json`;
}

/** Version 1 nests what is installed below others. */
function fromTree(lock: Entry, folder: string): readonly Found[] {
  const found: Found[] = [];
  const pending: (readonly [tree: Entry, folder: string])[] = [[lock, folder]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [{ dependencies }, above] = next;
    if (!isObject(dependencies)) continue;
    for (const name in dependencies) {
      const entry = dependencies[name];
      if (!isObject(entry)) continue;
      const own = `${above}node_modules/${name}/`;
      const needs = isObject(entry.requires) ? { dependencies: entry.requires } : { dependencies: {} };
      const one = packageOf({ ...entry, ...needs }, name, `${own}package.json`);
      if (one) found.push(one);
      pending.push([entry, own]);
    }
  }
  return found;
}

function projectOf(entry: Entry, at: string): FoundProject {
  const { name, version } = entry;
  return {
    kind: 'project',
    ecosystem: 'npm',
    needs: nodeNeeds(entry, [...NEEDED_FIELDS, 'devDependencies']),
    at,
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(typeof version === 'string' && version !== '' ? { version } : {}),
  };
}

const RUN = ['run'] as const;
const DEVELOPMENT = ['development'] as const;

/** Neither an address nor an alias. */
function isPlainVersion(version: string): boolean {
  const first = version.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && !version.includes(':') && !version.includes('/');
}

/** Of version 1, where the version of an alias is what it stands for; other addresses are of no registry. */
function aliasOf(version: string): { readonly name: string; readonly version: string } | undefined {
  const [, name, aliased] = /^npm:(@?[^@]+)@(\d[\w.+-]*)$/.exec(version) ?? [];
  return name === undefined ? undefined : { name, version: aliased! };
}

function packageOf(entry: Entry, folderName: string, at: string): FoundPackage | undefined {
  const name = typeof entry.name === 'string' ? entry.name : folderName;
  const { version, integrity, resolved } = entry;
  if (typeof version !== 'string' || !isNodeName(name)) return undefined;
  const licence = nodeLicence(entry);
  const hashes = typeof integrity === 'string' ? integrityHashes(integrity) : [];
  const source = typeof resolved === 'string' && resolved.startsWith('git') ? resolved : undefined;
  const named = isPlainVersion(version) ? { name, version } : aliasOf(version);
  if (!named) return undefined;
  const one: { -readonly [Key in keyof FoundPackage]: FoundPackage[Key] } = {
    kind: 'package',
    ecosystem: 'npm',
    name: named.name,
    version: named.version,
    needs: nodeNeeds(entry),
    at,
    // `devOptional` is optional where it ships, and so is there without `devDependencies`, too.
    scopes: entry.dev === true ? DEVELOPMENT : RUN,
  };
  if (licence !== undefined) one.licence = licence;
  if (hashes.length > 0) one.hashes = hashes;
  if (source !== undefined) one.qualifiers = { vcs_url: source };
  return one;
}

import { posix } from 'node:path';
import { integrityHashes, type PackageHash, packagePurl } from '../../packages/index.ts';
import type { LockedNode } from '../model.ts';
import type { GraphBuilder } from './graph-builder.ts';

export interface NodeGraphSource {
  /** What the folder's packages are asked for by: the label of a target. */
  readonly label: string;
  /** Relative to the workspace. */
  readonly folder: string;
  /** Of `package-lock.json`, with its entries checked for their shape here. */
  readonly text: string;
  readonly locked?: LockedNode;
}

interface Entry {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly integrity?: unknown;
  readonly link?: unknown;
  readonly resolved?: unknown;
  readonly dev?: unknown;
  readonly dependencies?: unknown;
  readonly devDependencies?: unknown;
  readonly optionalDependencies?: unknown;
  readonly peerDependencies?: unknown;
}

const MODULES = 'node_modules/';

/** Adds what a `package-lock.json` of version 2 or 3 lists, also what is packed into other packages. Says where it is no such file. */
export function addNodeGraph(builder: GraphBuilder, source: NodeGraphSource): string | undefined {
  const entries = entriesOf(source.text);
  if (!entries) return 'its package-lock.json is not of lockfileVersion 2 or 3';
  const place = posix.join(source.folder, 'package-lock.json');
  const purls = new Map<string, string | undefined>();
  const sha256 = new Map(source.locked?.packages.map((each) => [each.path, each.sha256]) ?? []);
  for (const [path, entry] of entries) {
    const named = namedOf(path, entry);
    const purl = named && packagePurl(named);
    purls.set(path, purl);
    if (!named || purl === undefined) continue;
    const scope = entry.dev === true ? 'development' : 'run';
    builder.add({ ...named, purl, scope, hashes: hashesOf(entry.integrity, sha256.get(path)), place });
  }
  builder.root(source.label);
  for (const [path, entry] of entries) addEdges(builder, { path, entry, purls, label: source.label });
  return undefined;
}

function entriesOf(text: string): readonly (readonly [path: string, entry: Entry])[] | undefined {
  try {
    const { packages, lockfileVersion } = JSON.parse(text) as Record<string, unknown>;
    if (typeof packages !== 'object' || packages === null || Array.isArray(packages)) return undefined;
    if (lockfileVersion !== 2 && lockfileVersion !== 3) return undefined;
    return Object.entries(packages).filter(([, entry]) => typeof entry === 'object' && entry !== null);
  } catch {
    return undefined;
  }
}

/** Folders of the workspace and links to them are no packages of an index. */
function namedOf(path: string, { name, version, link }: Entry) {
  const at = path.lastIndexOf(MODULES);
  if (at < 0 || link === true || typeof version !== 'string') return undefined;
  const own = typeof name === 'string' && name !== '' ? name : path.slice(at + MODULES.length);
  return { ecosystem: 'npm' as const, name: own, version };
}

function hashesOf(integrity: unknown, sha256: string | undefined): PackageHash[] {
  const stated = typeof integrity === 'string' ? integrityHashes(integrity) : [];
  return sha256 === undefined ? stated : [{ algorithm: 'sha256', hex: sha256 }, ...stated];
}

interface Asker {
  readonly path: string;
  readonly entry: Entry;
  /** By path; of what is no package of an index, `undefined`. */
  readonly purls: ReadonlyMap<string, string | undefined>;
  readonly label: string;
}

function addEdges(builder: GraphBuilder, { path, entry, purls, label }: Asker): void {
  const from = purls.get(path);
  const isFolder = from === undefined && !path.includes(MODULES);
  if (from === undefined && !isFolder) return;
  addList(builder, { path, from, purls, label }, entry.dependencies);
  addList(builder, { path, from, purls, label }, entry.optionalDependencies);
  addList(builder, { path, from, purls, label }, entry.peerDependencies);
  if (isFolder) addList(builder, { path, from, purls, label }, entry.devDependencies);
}

function addList(
  builder: GraphBuilder,
  { path, from, purls, label }: Omit<Asker, 'entry'> & { readonly from: string | undefined },
  list: unknown,
): void {
  if (typeof list !== 'object' || list === null) return;
  for (const name in list) {
    const to = resolve(path, name, purls);
    if (to === undefined) continue;
    if (from === undefined) builder.root(label, to);
    else builder.edge(from, to);
  }
}

/** As Node looks for it: from the folder of the package upwards. An absent one is optional, or another's to provide. */
function resolve(path: string, name: string, purls: Asker['purls']): string | undefined {
  for (let base = path; ; base = parentOf(base)) {
    const candidate = base === '' ? MODULES + name : `${base}/${MODULES}${name}`;
    const found = purls.get(candidate);
    if (found !== undefined || base === '' || purls.has(candidate)) return found;
  }
}

function parentOf(path: string): string {
  const at = path.lastIndexOf(`/${MODULES}`);
  return at < 0 ? '' : path.slice(0, at);
}

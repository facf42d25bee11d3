import { dirname } from 'node:path/posix';
import { compareTexts } from '../../base/index.ts';
import { normalizeName, type PackageEdge } from '../../packages/index.ts';
import type { FoundPackage } from './found.ts';

interface Wanting {
  readonly purl: string;
  readonly path: string;
  readonly one: FoundPackage;
}

/** Who needs whom among what was found: what a package asks for is looked for where its ecosystem would. */
export class Edges {
  /** By a place and a name in it. */
  readonly #byName = new Map<string, string>();
  readonly #wanting: Wanting[] = [];

  add(path: string, one: FoundPackage, purl: string): void {
    const scope = scopeOf(path, one);
    const own = one.ecosystem === 'npm' ? folderName(path) : one.name;
    for (const name of [own, ...(one.provides ?? [])]) {
      const key = keyOf(one, scope, name);
      // A real package before one that only stands for it.
      if (name === own || !this.#byName.has(key)) this.#byName.set(key, purl);
    }
    if (one.needs && one.needs.length > 0) this.#wanting.push({ purl, path, one });
  }

  resolved(): readonly PackageEdge[] {
    const edges = new Map<string, PackageEdge>();
    for (const { purl, path, one } of this.#wanting) {
      for (const names of one.needs ?? []) {
        const to = this.#firstOf(path, one, names);
        if (to !== undefined && to !== purl) edges.set(`${purl}\n${to}`, { from: purl, to });
      }
    }
    return [...edges].sort(([a], [b]) => compareTexts(a, b)).map(([, edge]) => edge);
  }

  #firstOf(path: string, one: FoundPackage, names: readonly string[]): string | undefined {
    for (const name of names)
      for (const scope of scopesFrom(path, one)) {
        const found = this.#byName.get(keyOf(one, scope, name));
        if (found !== undefined) return found;
      }
    return undefined;
  }
}

function keyOf({ ecosystem }: FoundPackage, scope: string, name: string): string {
  const normal = ecosystem === 'PyPI' ? normalizeName('PyPI', name) : name;
  return `${ecosystem}\n${scope}\n${normal}`;
}

/** Where names mean one thing: the whole system for dpkg, one `site-packages`, one `node_modules`, one program. */
function scopeOf(path: string, { ecosystem }: FoundPackage): string {
  if (ecosystem === 'dpkg') return '';
  if (ecosystem === 'PyPI') return dirname(path.endsWith('-info') ? path : dirname(path));
  if (ecosystem === 'npm') return modulesFolder(path);
  return path;
}

/** Node looks in every `node_modules` on the way up. */
function scopesFrom(path: string, one: FoundPackage): readonly string[] {
  if (one.ecosystem !== 'npm') return [scopeOf(path, one)];
  const scopes = [`${dirname(path)}/node_modules`];
  for (let at = modulesFolder(path); ; ) {
    scopes.push(at);
    const above = at.lastIndexOf('/node_modules/');
    if (above < 0) return scopes;
    at = at.slice(0, above + '/node_modules'.length);
  }
}

/** `a/node_modules` of `a/node_modules/@x/y/package.json`. */
function modulesFolder(path: string): string {
  const at = path.lastIndexOf('node_modules/');
  return at < 0 ? dirname(dirname(path)) : path.slice(0, at + 'node_modules'.length);
}

/** What `require` finds it by, which an alias changes. */
function folderName(path: string): string {
  const folder = dirname(path);
  const at = folder.lastIndexOf('node_modules/');
  return at < 0 ? (folder.split('/').pop() ?? '') : folder.slice(at + 'node_modules/'.length);
}

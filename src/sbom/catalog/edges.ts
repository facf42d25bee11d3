import { normalizeName, type PackageEdge } from '../../packages/index.ts';
import type { FoundEcosystem, FoundNeed, FoundPackage } from './found.ts';

/** Who needs something: a package, or what a lock was made for. */
interface Wanting {
  readonly id: string;
  /** Where it is looked from. */
  readonly path: string;
  readonly ecosystem: FoundEcosystem;
  readonly needs: readonly FoundNeed[];
}

/** Who needs whom among what was found: what a package asks for is looked for where its ecosystem would. */
export class Edges {
  /** By a place, then by a name in it. */
  readonly #byPlace = new Map<string, Map<string, string>>();
  readonly #wanting: Wanting[] = [];

  add(path: string, one: FoundPackage, purl: string): void {
    const { ecosystem, provides = [], needs = [] } = one;
    const place = placeOf(ecosystem, scopeOf(path, ecosystem));
    const names = this.#byPlace.get(place) ?? new Map<string, string>();
    this.#byPlace.set(place, names);
    names.set(nameOf(ecosystem, ecosystem === 'npm' ? folderName(path) : one.name), purl);
    // A real package before one that only stands for it.
    for (const name of provides)
      if (!names.has(nameOf(ecosystem, name))) names.set(nameOf(ecosystem, name), purl);
    this.want({ id: purl, path, ecosystem, needs });
  }

  want(wanting: Wanting): void {
    if (wanting.needs.length > 0) this.#wanting.push(wanting);
  }

  resolved(): readonly PackageEdge[] {
    const byFrom = new Map<string, Set<string>>();
    for (const { id, path, ecosystem, needs } of this.#wanting) {
      const scopes = scopesFrom(path, ecosystem);
      const places = scopes.flatMap((scope) => this.#byPlace.get(placeOf(ecosystem, scope)) ?? []);
      const found = byFrom.get(id) ?? new Set<string>();
      byFrom.set(id, found);
      for (const need of needs) {
        const to = firstOf(ecosystem, places, need);
        if (to !== undefined && to !== id) found.add(to);
      }
    }
    const edges: PackageEdge[] = [];
    for (const from of [...byFrom.keys()].sort())
      for (const to of [...byFrom.get(from)!].sort()) edges.push({ from, to });
    return edges;
  }
}

function firstOf(
  ecosystem: FoundEcosystem,
  places: readonly ReadonlyMap<string, string>[],
  need: FoundNeed,
): string | undefined {
  if (typeof need !== 'string') {
    for (const name of need) {
      const found = firstOf(ecosystem, places, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const name = nameOf(ecosystem, need);
  for (const place of places) {
    const found = place.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function placeOf(ecosystem: FoundEcosystem, scope: string): string {
  return `${ecosystem}\n${scope}`;
}

function nameOf(ecosystem: FoundEcosystem, name: string): string {
  return ecosystem === 'PyPI' ? normalizeName('PyPI', name) : name;
}

/** Where names mean one thing: the whole system for dpkg, one `site-packages`, one `node_modules`, one program. */
function scopeOf(path: string, ecosystem: FoundEcosystem): string {
  if (ecosystem === 'dpkg') return '';
  if (ecosystem === 'PyPI') return above(path.endsWith('-info') ? path : above(path));
  if (ecosystem === 'npm') return modulesFolder(path);
  return path;
}

/** Node looks in every `node_modules` on the way up. */
function scopesFrom(path: string, ecosystem: FoundEcosystem): readonly string[] {
  if (ecosystem !== 'npm') return [scopeOf(path, ecosystem)];
  const scopes: string[] = [];
  for (let folder = above(path); folder !== ''; folder = above(folder))
    if (!folder.endsWith('node_modules')) scopes.push(`${folder}/node_modules`);
  scopes.push('node_modules');
  return scopes;
}

/** The folder of a relative path; `''` is the root. */
function above(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

const MODULES = 'node_modules/';

/** `a/node_modules` of `a/node_modules/@x/y/package.json`. */
function modulesFolder(path: string): string {
  const at = path.lastIndexOf(MODULES);
  return at < 0 ? above(above(path)) : path.slice(0, at + MODULES.length - 1);
}

/** What `require` finds it by, which an alias changes. */
function folderName(path: string): string {
  const folder = above(path);
  const at = folder.lastIndexOf(MODULES);
  return folder.slice(at < 0 ? folder.lastIndexOf('/') + 1 : at + MODULES.length);
}

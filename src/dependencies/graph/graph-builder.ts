import { compareTexts } from '../../base/index.ts';
import type {
  NamedPackage,
  Package,
  PackageEdge,
  PackageGraph,
  PackageHash,
  PackageRoot,
  Scope,
} from '../../packages/index.ts';

/** A package as one section of a lock has it. */
export interface FoundPackage extends NamedPackage {
  readonly purl: string;
  readonly scope: Scope;
  readonly hashes: readonly PackageHash[];
  readonly place: string;
  /** As declared. */
  readonly licence?: string | undefined;
}

interface Known {
  readonly named: NamedPackage;
  readonly scopes: Set<Scope>;
  readonly places: Set<string>;
  readonly hashes: PackageHash[];
  licence: string | undefined;
}

const SCOPES: readonly Scope[] = ['run', 'development', 'tool'];

/** Unites what sections of a lock say of the same packages. */
export class GraphBuilder {
  readonly #packages = new Map<string, Known>();
  readonly #edges = new Map<string, Set<string>>();
  readonly #roots = new Map<string, Set<string>>();

  add({ purl, scope, hashes, place, licence, ...named }: FoundPackage): void {
    let known = this.#packages.get(purl);
    if (!known) {
      known = { named, scopes: new Set(), places: new Set(), hashes: [], licence };
      this.#packages.set(purl, known);
    }
    known.licence ??= licence;
    known.scopes.add(scope);
    known.places.add(place);
    for (const hash of hashes) if (!known.hashes.some(({ hex }) => hex === hash.hex)) known.hashes.push(hash);
  }

  edge(from: string, to: string): void {
    if (from === to) return;
    const known = this.#edges.get(from);
    if (known) known.add(to);
    else this.#edges.set(from, new Set([to]));
  }

  /** A root and, one call each, what it asks for itself. */
  root(label: string, purl?: string): void {
    const known = this.#roots.get(label) ?? new Set();
    this.#roots.set(label, known);
    if (purl === undefined) return;
    known.add(purl);
    this.edge(label, purl);
  }

  graph(): PackageGraph {
    const roots: PackageRoot[] = [...this.#roots].map(([label, purls]) => ({
      label,
      packages: sorted(purls),
    }));
    return {
      packages: sorted(this.#packages.keys()).map((purl) => packageOf(purl, this.#packages.get(purl)!)),
      edges: sorted(this.#edges.keys()).flatMap((from): PackageEdge[] =>
        sorted(this.#edges.get(from)!).map((to) => ({ from, to })),
      ),
      roots: roots.sort((a, b) => compareTexts(a.label, b.label)),
    };
  }
}

function packageOf(purl: string, { named, scopes, places, hashes, licence }: Known): Package {
  return {
    purl,
    ecosystem: named.ecosystem,
    name: named.name,
    version: named.version,
    ...(licence === undefined ? {} : { licence }),
    ...(hashes.length === 0 ? {} : { hashes: hashes.sort((a, b) => compareTexts(a.hex, b.hex)) }),
    scopes: SCOPES.filter((scope) => scopes.has(scope)),
    places: sorted(places),
  };
}

function sorted(texts: Iterable<string>): string[] {
  const all = [...texts];
  return all.length > 1 ? all.sort() : all;
}

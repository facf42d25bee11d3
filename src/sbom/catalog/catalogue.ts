import { dirname } from 'node:path/posix';
import { compareTexts, withoutAbsent } from '../../base/index.ts';
import {
  type Ecosystem,
  formatPackageUrl,
  licenceExpression,
  type Package,
  type PackageEdge,
  packagePurl,
} from '../../packages/index.ts';
import { type Component, componentOfPackage, type LayerOfComponent, type NotListed } from '../model.ts';
import { Edges } from './edges.ts';
import type { Found, FoundFile, FoundPackage, FoundProject, FoundSystem } from './found.ts';

/** What was found in one file. */
export interface Sighting {
  /** From the root of what is looked at. */
  readonly path: string;
  readonly found: readonly Found[];
  /** Of an image. */
  readonly layerOf?: (one: FoundPackage | FoundFile) => LayerOfComponent | undefined;
}

/** All that was found in an image, an app, an archive or a folder. */
export interface Catalogue {
  /** Sorted by purl, each once: what has an ecosystem, a name and a version. */
  readonly packages: readonly Package[];
  /** From those packages, and from the components `project:…`, sorted. */
  readonly edges: readonly PackageEdge[];
  /** The packages, and what is none: the system, models, libraries that say no full name. In no order, and an id may stand twice. */
  readonly components: readonly Component[];
  readonly notListed: readonly NotListed[];
}

export interface CatalogueOptions {
  /** A package by the SHA-256 of its file, for files that say no name of their own. */
  readonly identify?: (sha256: string) => Package | undefined;
}

/** Puts together what was found in files; the order of `sightings` does not matter. */
export function makeCatalogue(sightings: readonly Sighting[], options: CatalogueOptions = {}): Catalogue {
  return new CatalogueMaking(sightings, options).made();
}

class CatalogueMaking {
  readonly #sightings: readonly Sighting[];
  readonly #options: CatalogueOptions;
  readonly #system: FoundSystem | undefined;
  readonly #licences: ReadonlyMap<string, string>;
  readonly #packages = new Map<string, Package>();
  readonly #components: Component[] = [];
  readonly #notListed: NotListed[] = [];
  readonly #edges = new Edges();

  constructor(sightings: readonly Sighting[], options: CatalogueOptions) {
    this.#sightings = [...sightings].sort((a, b) => compareTexts(a.path, b.path));
    this.#options = options;
    const all = this.#sightings.flatMap(({ found }) => found);
    this.#system = all.find((one) => one.kind === 'system');
    this.#licences = new Map(
      all.flatMap((one) => (one.kind === 'licence' ? [[one.package, one.licence] as const] : [])),
    );
  }

  made(): Catalogue {
    if (this.#system) this.#components.push(systemComponent(this.#system));
    for (const sighting of this.#sightings) for (const one of sighting.found) this.#add(sighting, one);
    const packages = [...this.#packages.keys()].sort().map((purl) => this.#packages.get(purl)!);
    return {
      packages,
      edges: this.#edges.resolved(),
      components: this.#components,
      notListed: this.#notListed,
    };
  }

  #add(sighting: Sighting, one: Found): void {
    const place = `${sighting.path}${'inside' in one ? (one.inside ?? '') : ''}`;
    const layer = one.kind === 'package' || one.kind === 'file' ? sighting.layerOf?.(one) : undefined;
    if (one.kind === 'not-listed') this.#notListed.push({ place, why: one.why });
    else if (one.kind === 'file') this.#push(this.#fileComponent(place, one), layer);
    else if (one.kind === 'package') this.#push(this.#package(sighting.path, place, one), layer);
    else if (one.kind === 'project') this.#project(place, one);
  }

  #push(component: Component, layer: LayerOfComponent | undefined): void {
    this.#components.push(layer ? { ...component, layer } : component);
  }

  /** A file whose content a lock knows is the package that the lock says. */
  #fileComponent(place: string, one: FoundFile): Component {
    const sha256 = one.hashes?.find(({ algorithm }) => algorithm === 'sha256')?.hex;
    const known = sha256 === undefined ? undefined : this.#options.identify?.(sha256);
    if (known) {
      const component = { ...componentOfPackage(known), places: [place] };
      this.#remember(known.ecosystem, component);
      return component;
    }
    const { kind: _, inside: __, ...rest } = one;
    return { id: `file:${place}`, ...rest, places: [place] };
  }

  #package(path: string, place: string, one: FoundPackage): Component {
    const ecosystem = one.ecosystem === 'dpkg' ? this.#dpkgEcosystem() : one.ecosystem;
    const { name, version, hashes } = one;
    const licence = one.licence ?? (one.ecosystem === 'dpkg' ? this.#licences.get(name) : undefined);
    const purl = ecosystem
      ? packagePurl({ ecosystem, name, version }, this.#qualifiers(one))
      : this.#foreignPurl(one);
    this.#edges.add(one.at ?? path, one, purl);
    const described: Writable<Component> = {
      id: purl,
      type: 'library',
      name,
      version,
      purl,
      scopes: one.scopes ?? RUN,
      places: [place],
    };
    const stated = licence === undefined ? undefined : declared(licence);
    if (stated !== undefined) described.licence = stated;
    if (hashes) described.hashes = hashes;
    if (ecosystem) this.#remember(ecosystem, described);
    return described;
  }

  #project(place: string, { name, version, ecosystem, needs, at }: FoundProject): void {
    const folder = dirname(at);
    const id = `project:${folder}`;
    this.#components.push({
      id,
      type: 'application',
      name: name ?? folder,
      ...withoutAbsent({ version }),
      places: [place],
    });
    this.#edges.want({ id, path: at, ecosystem, needs });
  }

  #remember(ecosystem: Ecosystem, component: Component): void {
    const { id: purl, name, version = '', licence, hashes, scopes = [], places = [] } = component;
    const known = this.#packages.get(purl);
    if (known) {
      this.#packages.set(purl, {
        ...known,
        places: [...new Set([...known.places, ...places])].sort(compareTexts),
        scopes: [...new Set([...known.scopes, ...scopes])].sort(compareTexts),
      });
      return;
    }
    const one: Writable<Package> = { purl, ecosystem, name, version, scopes, places };
    if (licence !== undefined) one.licence = licence;
    if (hashes) one.hashes = hashes;
    this.#packages.set(purl, one);
  }

  #dpkgEcosystem(): Ecosystem | undefined {
    if (this.#system?.id === 'debian') return 'Debian';
    return this.#system?.id === 'ubuntu' ? 'Ubuntu' : undefined;
  }

  #qualifiers(one: FoundPackage): Record<string, string> | undefined {
    if (one.ecosystem !== 'dpkg') return one.qualifiers && { ...one.qualifiers };
    const { id, version, codename } = this.#system ?? {};
    const release = version ?? codename;
    return { ...one.qualifiers, ...(id && release ? { distro: `${id}-${release}` } : {}) };
  }

  /** A system that uses dpkg and is neither of the two has no ecosystem that we know. */
  #foreignPurl(one: FoundPackage): string {
    const { name, version } = one;
    const namespace = this.#system?.id;
    const qualifiers = this.#qualifiers(one) ?? {};
    return formatPackageUrl({ type: 'deb', name, version, qualifiers, ...(namespace ? { namespace } : {}) });
  }
}

const RUN = ['run'] as const;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** `undefined` for words that say nothing. */
function declared(licence: string): string | undefined {
  return licenceExpression(licence) ? licence : undefined;
}

function systemComponent({ id, name, version, codename }: FoundSystem): Component {
  return {
    id: `system:${id}${version === undefined ? '' : `@${version}`}`,
    type: 'operating-system',
    name: id,
    ...(version === undefined ? {} : { version }),
    facts: withoutAbsent({ 'system:name': name, 'system:codename': codename }),
  };
}

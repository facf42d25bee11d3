import { compareTexts } from '../base/index.ts';
import type { Package, PackageHash, Scope } from '../packages/index.ts';

export type ComponentType =
  | 'application'
  | 'archive'
  | 'container'
  | 'file'
  | 'library'
  | 'machine-learning-model'
  | 'operating-system';

/** A thing that a bill of materials lists, or that it is of. */
export interface Component {
  /** Its identity in the document: a purl, a label, `file:<path>`. */
  readonly id: string;
  readonly type: ComponentType;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  /** As it is declared. */
  readonly licence?: string;
  readonly hashes?: readonly PackageHash[];
  readonly scopes?: readonly Scope[];
  /** Files that name it or are it. */
  readonly places?: readonly string[];
  /** Of an image: what brought it. */
  readonly layer?: LayerOfComponent;
  /** Facts that neither format has a place for, by names in small letters. */
  readonly facts?: Readonly<Record<string, string>>;
}

export interface LayerOfComponent {
  /** From 1, the lowest. */
  readonly number: number;
  readonly diffId: string;
}

export interface Relation {
  readonly from: string;
  readonly kind: 'contains' | 'depends-on' | 'generated-from';
  readonly to: string;
}

/** What was seen and could not be listed, so that nobody takes the list for complete. */
export interface NotListed {
  readonly place: string;
  readonly why: string;
}

/** A bill of materials, before it is written in a format. */
export interface Sbom {
  readonly subject: Component;
  /** Without the subject; sorted by id, each id once. */
  readonly components: readonly Component[];
  /** Sorted; both ends are the subject's id or a component's. */
  readonly relations: readonly Relation[];
  /** Seconds since 1970 that the content tells; absent where it tells none. */
  readonly created?: number;
  readonly notListed: readonly NotListed[];
  /** When in the life of the subject it was looked at. */
  readonly phase: 'pre-build' | 'post-build';
}

export interface SbomParts extends Omit<Sbom, 'components' | 'relations' | 'notListed'> {
  readonly components: Iterable<Component>;
  readonly relations: Iterable<Relation>;
  readonly notListed?: Iterable<NotListed>;
}

/** Sorts, joins what is one component, and drops relations that lead nowhere. */
export function makeSbom({ components, relations, notListed = [], ...rest }: SbomParts): Sbom {
  const byId = new Map<string, Component>();
  for (const component of components) {
    if (component.id === rest.subject.id) continue;
    const known = byId.get(component.id);
    byId.set(component.id, known ? joined(known, component) : component);
  }
  return {
    ...rest,
    components: [...byId.keys()].sort().map((id) => byId.get(id)!),
    relations: sortedRelations(relations, (id) => id === rest.subject.id || byId.has(id)),
    notListed: uniqueNotes(notListed),
  };
}

/** Sorted by both ends, each once; those whose ends are not both there, and those of a thing with itself, are left out. */
function sortedRelations(
  relations: Iterable<Relation>,
  isThere: (id: string) => boolean,
): readonly Relation[] {
  const byFrom = new Map<string, Relation[]>();
  for (const relation of relations) {
    const { from, to } = relation;
    if (from === to || !isThere(from) || !isThere(to)) continue;
    const known = byFrom.get(from);
    if (known) known.push(relation);
    else byFrom.set(from, [relation]);
  }
  const sorted: Relation[] = [];
  for (const from of [...byFrom.keys()].sort()) {
    const own = byFrom.get(from)!;
    own.sort((a, b) => compareTexts(a.kind, b.kind) || compareTexts(a.to, b.to));
    for (const [at, relation] of own.entries()) {
      const before = own[at - 1];
      if (before?.to !== relation.to || before.kind !== relation.kind) sorted.push(relation);
    }
  }
  return sorted;
}

/** What the two say together; the layer is the lower one. */
function joined(a: Component, b: Component): Component {
  const layer = !a.layer || (b.layer && b.layer.number < a.layer.number) ? b.layer : a.layer;
  const licence = a.licence ?? b.licence;
  const hashes = a.hashes?.length ? a.hashes : b.hashes;
  return {
    ...b,
    ...a,
    ...(licence === undefined ? {} : { licence }),
    ...(hashes ? { hashes } : {}),
    ...(layer ? { layer } : {}),
    ...(a.scopes || b.scopes ? { scopes: union(a.scopes, b.scopes) } : {}),
    ...(a.places || b.places ? { places: union(a.places, b.places) } : {}),
    ...(a.facts || b.facts ? { facts: { ...b.facts, ...a.facts } } : {}),
  };
}

function union<T extends string>(a: readonly T[] = [], b: readonly T[] = []): readonly T[] {
  return [...new Set([...a, ...b])].sort(compareTexts);
}

function uniqueNotes(notes: Iterable<NotListed>): readonly NotListed[] {
  const byKey = new Map([...notes].map((note) => [`${note.place}\n${note.why}`, note]));
  return [...byKey].sort(([a], [b]) => compareTexts(a, b)).map(([, note]) => note);
}

export function componentOfPackage({
  purl,
  name,
  version,
  licence,
  hashes,
  scopes,
  places,
}: Package): Component {
  return {
    id: purl,
    type: 'library',
    name,
    version,
    purl,
    scopes,
    places,
    ...(licence === undefined ? {} : { licence }),
    ...(hashes ? { hashes } : {}),
  };
}

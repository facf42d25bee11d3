import type { PackageGraph } from '../packages/index.ts';
import type { Catalogue } from './catalog/catalogue.ts';
import {
  type Component,
  type ComponentType,
  componentOfPackage,
  makeSbom,
  type NotListed,
  type Relation,
  type Sbom,
} from './model.ts';

export interface WorkspaceTarget {
  /** `component:ai-core`. */
  readonly label: string;
  /** Relative to the workspace; `''` is the workspace. */
  readonly directory: string;
  /** Labels. */
  readonly needs: readonly string[];
}

/** What is known of a workspace before anything of it is built. */
export interface WorkspaceFacts {
  readonly name: string;
  readonly version: string;
  /** Seconds since 1970. */
  readonly created?: number;
  readonly targets: readonly WorkspaceTarget[];
  /** By the labels of the targets, by `tool:NAME` for what only builds use. */
  readonly packages: PackageGraph;
  /** Models among the sources, with paths relative to the workspace. */
  readonly models: Catalogue;
  readonly notListed: readonly NotListed[];
  /** Labels whose packages are known, and not which of them asks for which; with the reason. */
  readonly unknownWants?: ReadonlyMap<string, string>;
}

export const WORKSPACE_ID = 'workspace';

const TYPES: Readonly<Record<string, ComponentType>> = {
  app: 'application',
  component: 'application',
  image: 'container',
  scripts: 'application',
};

/** The bill of a workspace: its targets with what they need of each other, and the packages that its locks hold for them. */
export function workspaceSbom(facts: WorkspaceFacts): Sbom {
  const { name, version, created, targets, packages, models, notListed } = facts;
  const labels = new Set(targets.map(({ label }) => label));
  const roots = packages.roots.filter(({ label }) => !labels.has(label));
  const relations = [
    ...targetRelations(
      facts,
      roots.map(({ label }) => label),
    ),
  ];
  const reached = new Set(relations.map(({ to }) => to));
  // Where the lock does not say who wants a package, it is the workspace's all the same.
  const others = packages.packages.filter(({ purl }) => !reached.has(purl));
  return makeSbom({
    subject: { id: WORKSPACE_ID, type: 'application', name, version },
    components: [
      ...[
        ...targets.map((target) => targetComponent(target, version)),
        ...roots.map(({ label }) => rootComponent(label)),
      ].map((component) => withWants(component, facts.unknownWants)),
      ...packages.packages.map(componentOfPackage),
      ...models.components,
    ],
    relations: [
      ...relations,
      ...others.map(({ purl }) => ({ from: WORKSPACE_ID, kind: 'contains' as const, to: purl })),
    ],
    notListed: [...notListed, ...models.notListed],
    phase: 'pre-build',
    ...(created === undefined ? {} : { created }),
  });
}

function targetComponent({ label, directory }: WorkspaceTarget, version: string): Component {
  const [kind = '', name = label] = label.split(':');
  return {
    id: label,
    type: TYPES[kind] ?? 'application',
    name,
    version,
    ...(directory === '' ? {} : { places: [directory] }),
  };
}

/** What is written of who needs whom ends at such a component. */
function withWants(component: Component, unknown: WorkspaceFacts['unknownWants']): Component {
  const why = unknown?.get(component.id);
  return why === undefined
    ? component
    : { ...component, facts: { ...component.facts, 'dependencies:not-known': why } };
}

/** A tool, or an image that is made of packages for another platform. */
function rootComponent(label: string): Component {
  const isTool = label.startsWith('tool:');
  return {
    id: label,
    type: label.startsWith('image:') ? 'container' : 'application',
    name: label.slice(label.indexOf(':') + 1),
    scopes: isTool ? ['tool'] : ['run'],
  };
}

function* targetRelations(
  { targets, packages, models }: WorkspaceFacts,
  roots: readonly string[],
): Generator<Relation> {
  for (const { label, needs } of targets) {
    yield { from: WORKSPACE_ID, kind: 'contains', to: label };
    for (const to of needs) yield { from: label, kind: 'depends-on', to };
  }
  const labels = new Set(targets.map(({ label }) => label));
  for (const label of roots) {
    // Of an image for another platform: `image:base linux/arm64`.
    const [target = ''] = label.split(' ');
    yield { from: labels.has(target) ? target : WORKSPACE_ID, kind: 'depends-on', to: label };
  }
  for (const { from, to } of packages.edges) yield { from, kind: 'depends-on', to };
  for (const { id, places = [] } of models.components)
    yield { from: ownerOf(places[0] ?? '', targets), kind: 'contains', to: id };
}

/** The target whose folder is the nearest above. */
function ownerOf(path: string, targets: readonly WorkspaceTarget[]): string {
  const above = targets.filter(({ directory }) => directory !== '' && path.startsWith(`${directory}/`));
  above.sort((a, b) => b.directory.length - a.directory.length);
  return above[0]?.label ?? WORKSPACE_ID;
}

/** What is reached from one component of a bill, with that as the subject; `undefined` where it is not in it. */
export function partOf(sbom: Sbom, id: string): Sbom | undefined {
  const subject = sbom.components.find((component) => component.id === id);
  if (!subject) return undefined;
  const known = new Set(sbom.components.map((component) => component.id));
  const byFrom = Map.groupBy(sbom.relations, ({ from }) => from);
  const reached = new Set([id]);
  for (const from of reached) for (const { to } of byFrom.get(from) ?? []) reached.add(to);
  return makeSbom({
    ...sbom,
    subject,
    components: sbom.components.filter((component) => reached.has(component.id)),
    relations: sbom.relations.filter(({ from }) => reached.has(from)),
    notListed: sbom.notListed.filter(({ place }) => reached.has(place) || !known.has(place)),
  });
}

/** The bill of something built, with what the workspace's locks say that goes into it; both tell of one target. */
export function withLocked(built: Sbom, locked: Sbom): Sbom {
  const subject = { ...built.subject, id: locked.subject.id };
  const renamed = (id: string): string => (id === built.subject.id ? subject.id : id);
  const shipped = locked.components.filter(({ scopes = ['run'] }) => scopes.includes('run'));
  return makeSbom({
    ...built,
    subject,
    ...(built.created === undefined && locked.created !== undefined ? { created: locked.created } : {}),
    components: [...built.components, ...shipped],
    relations: [
      ...built.relations.map(({ from, kind, to }) => ({ from: renamed(from), kind, to: renamed(to) })),
      ...locked.relations,
    ],
    notListed: [...built.notListed, ...locked.notListed],
  });
}

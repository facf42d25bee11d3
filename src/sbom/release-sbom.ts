import { type Component, makeSbom, type Relation, type Sbom } from './model.ts';
import { WORKSPACE_ID } from './workspace-sbom.ts';

/** A file or folder that a release holds. */
export interface ReleasedArtifact {
  /** In the archive: `mobile/hybrid.apk`, with the platform where it holds several. */
  readonly path: string;
  /** The target that made it. */
  readonly label: string;
  /** What is in it. */
  readonly bill: Sbom;
}

export interface ReleaseFacts {
  /** `mobileops-1.0.0`. */
  readonly name: string;
  readonly version: string;
  /** Seconds since 1970, of the commit. */
  readonly created: number;
  readonly workspace: Sbom;
  readonly artifacts: readonly ReleasedArtifact[];
}

const RELEASE_ID = 'release';

/**
 * The bill of a release: its artifacts with what is in each, and the targets that they were made of with what ships of their
 * packages. What only tests and builds need stands in the workspace's own bill.
 */
export function releaseSbom({ name, version, created, workspace, artifacts }: ReleaseFacts): Sbom {
  const subject: Component = { id: RELEASE_ID, type: 'archive', name, version };
  const shipped = workspace.components.filter(({ scopes = ['run'] }) => scopes.includes('run'));
  const inside = artifacts.map(insideOf);
  return makeSbom({
    subject,
    components: [...shipped, ...inside.flatMap(({ components }) => components)],
    relations: [
      ...workspace.relations.filter(({ from }) => from !== WORKSPACE_ID),
      ...artifacts.flatMap(({ path, label }): Relation[] => [
        { from: RELEASE_ID, kind: 'contains', to: idOf(path) },
        { from: idOf(path), kind: 'generated-from', to: label },
      ]),
      ...inside.flatMap(({ relations }) => relations),
    ],
    notListed: [
      ...workspace.notListed,
      ...artifacts.flatMap(({ path, bill }) =>
        bill.notListed.map(({ place, why }) => ({ place: `${path}!/${place}`, why })),
      ),
    ],
    created,
    phase: 'post-build',
  });
}

function idOf(path: string): string {
  return `artifact:${path}`;
}

/** The contents of an artifact with names that hold in the whole release: a package is the same everywhere, a file is not. */
function insideOf({ path, bill }: ReleasedArtifact): {
  readonly components: readonly Component[];
  readonly relations: readonly Relation[];
} {
  const ids = new Map(
    bill.components.map(({ id, purl, type }) => [
      id,
      purl === undefined && type !== 'operating-system' ? `${id}@${path}` : id,
    ]),
  );
  ids.set(bill.subject.id, idOf(path));
  const moved = (component: Component): Component => {
    const { layer: _, places, ...rest } = component;
    const own = component.id === bill.subject.id ? [path] : places?.map((place) => `${path}!/${place}`);
    return { ...rest, id: ids.get(component.id)!, ...(own ? { places: own } : {}) };
  };
  return {
    components: [bill.subject, ...bill.components].map(moved),
    relations: bill.relations.map(({ from, kind, to }) => ({ from: ids.get(from)!, kind, to: ids.get(to)! })),
  };
}

import { posix } from 'node:path';
import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { ComponentArtifact, ComponentSpec } from '../../config/index.ts';
import { archiveAction } from '../archive-action.ts';
import { type DeclaredArtifact, DIST_CLASS, type RuleContext } from '../rule.ts';
import { cleanPath, lifted, partsOf } from '../tree-parts.ts';

interface Folders {
  readonly built: TreeExpression;
  readonly sources: TreeExpression;
}

/** What runs and caches leave behind; never a result. */
const LEFTOVERS = ['node_modules/**', '**/__pycache__/**', '.pytest_cache/**', 'mobileops-junit.xml'];

/** What needers see, at its place in the component's folder: `outputs`, else the artifacts, else what the steps changed. */
export function componentExports(
  { spec }: RuleContext<ComponentSpec>,
  { built, sources }: Folders,
): TreeExpression {
  if (spec.outputs) return partsOf(built, spec.outputs);
  if (spec.artifacts.length > 0)
    return partsOf(
      built,
      spec.artifacts.map(({ path }) => path.value),
    );
  if (spec.buildSteps.length === 0) return sources;
  return { kind: 'filter', of: { kind: 'changed', of: built, since: sources }, exclude: LEFTOVERS };
}

/**
 * Paths that the last step must leave, so that a missing one is that step's failure; `undefined` where what leaves is
 * found by comparison or by pattern.
 */
export function declaredOutputs({ spec }: RuleContext<ComponentSpec>): readonly string[] | undefined {
  const paths = spec.outputs ?? spec.artifacts.map(({ path }) => path.value);
  if (paths.length === 0 || paths.some((path) => /[*?[{]/.test(path))) return undefined;
  const clean = paths.map(cleanPath);
  return clean.includes('') ? undefined : clean;
}

interface Placed {
  readonly name: string;
  readonly type: ComponentArtifact['type'];
  /** Below `dist/components/<component>/`; `''` is that folder. */
  readonly place: string;
  /** Relative to that folder. */
  readonly tree: TreeExpression;
  /** Unknown until it is built where the path does not tell. */
  readonly kind: 'file' | 'folder' | 'unknown';
  readonly actions: readonly PlannedAction[];
}

/**
 * The document copies a component's `dist/*` into `dist/components/`. So that two components never meet, everything
 * lands below `dist/components/<component>/`: a leading `dist/` is left out, and so is a folder named like the
 * component (`dist/ai-core/engine` is `dist/components/ai-core/engine`, the document's own place). Artifacts that lie
 * within each other there are one entry that bears all their names.
 */
export function componentArtifacts(
  context: RuleContext<ComponentSpec>,
  folders: Folders,
): { readonly actions: readonly PlannedAction[]; readonly artifacts: readonly DeclaredArtifact[] } {
  const { spec, target } = context;
  const root = `${DIST_CLASS.component}/${target.label.name}`;
  if (spec.artifacts.length === 0) {
    if (spec.buildSteps.length === 0 && !spec.outputs) return { actions: [], artifacts: [] };
    const tree = laidOut(componentExports(context, folders), target.label.name);
    return {
      actions: [],
      artifacts: [{ name: target.label.name, type: 'data', path: root, tree, isFile: false }],
    };
  }
  const placed = spec.artifacts.map((artifact) => placedArtifact(context, artifact, folders.built));
  const actions = placed.flatMap((each) => each.actions);
  if (isApart(placed)) return { actions, artifacts: placed.map((each) => declared(each, root)) };
  return {
    actions,
    artifacts: [
      {
        name: placed.map(({ name }) => name).join(', '),
        type: placed[0]!.type,
        path: root,
        tree: { kind: 'merge', of: placed.map(({ tree }) => tree) },
        isFile: false,
      },
    ],
  };
}

function laidOut(tree: TreeExpression, component: string): TreeExpression {
  return lifted(lifted(tree, 'dist'), component);
}

function placedArtifact(
  context: RuleContext<ComponentSpec>,
  { name, type, path }: ComponentArtifact,
  built: TreeExpression,
): Placed {
  const component = context.target.label.name;
  const clean = cleanPath(path.value);
  const base = posix.basename(clean);
  const kind =
    path.value.endsWith('/') || clean === '' ? 'folder' : /.\.[A-Za-z0-9]+$/.test(base) ? 'file' : 'unknown';
  if (type === 'tarball' && kind !== 'file') {
    const action = archiveAction(context, {
      name,
      format: 'tar.gz',
      of: { kind: 'at', of: built, path: clean },
      prefix: base || component,
    });
    const tree: TreeExpression = { kind: 'output', action: action.id };
    return { name, type, place: `${name}.tar.gz`, tree, kind: 'file', actions: [action] };
  }
  const place = withoutFolder(withoutFolder(clean, 'dist'), component);
  return { name, type, place, tree: laidOut(partsOf(built, [clean]), component), kind, actions: [] };
}

function withoutFolder(path: string, folder: string): string {
  if (path === folder) return '';
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

/** Whether each can lie in `dist/` by itself. */
function isApart(placed: readonly Placed[]): boolean {
  const isWithin = (a: Placed, b: Placed): boolean =>
    a !== b && (b.place === '' || a.place === b.place || a.place.startsWith(`${b.place}/`));
  return placed.every((a) => a.kind !== 'unknown' && !placed.some((b) => isWithin(a, b)));
}

function declared({ name, type, place, tree, kind }: Placed, root: string): DeclaredArtifact {
  const path = place === '' ? root : `${root}/${place}`;
  return {
    name,
    type,
    path,
    tree: place === '' ? tree : { kind: 'at', of: tree, path: place },
    isFile: kind === 'file',
  };
}

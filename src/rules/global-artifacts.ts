import { posix } from 'node:path';
import type { PlannedAction, TreeExpression } from '../action/index.ts';
import { type Diagnostic, formatLabel, hasErrors } from '../base/index.ts';
import { distLabel, type GlobalArtifact } from '../config/index.ts';
import { archiveAction } from './archive-action.ts';
import type { sharedRuleDiagnostics } from './diagnostics.ts';
import type { DeclaredArtifact, RuleContext, RulePlan } from './rule.ts';
import { cleanPath, partsOf } from './tree-parts.ts';

/** Where what the global file asks for lands below `dist/`: apart from what targets leave there. */
const FOLDER = 'artifacts';

const FORMAT = { gzip: 'tar.gz', zstd: 'tar.zst', none: 'tar' } as const;

type FileArtifact = Extract<GlobalArtifact, { path: unknown }>;

/**
 * The artifacts of the global file that are made of what this target leaves in `dist/`, as more artifacts of the target:
 * its plan knows, before anything is built, what will lie there.
 */
export function withGlobalArtifacts(context: RuleContext, plan: RulePlan): RulePlan {
  if (hasErrors(plan.diagnostics)) return plan;
  const label = formatLabel(context.target.label);
  const actions: PlannedAction[] = [];
  const artifacts: DeclaredArtifact[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const artifact of context.configuration.artifacts) {
    if (!('path' in artifact)) continue;
    const owner = distLabel(artifact.path.value);
    if (!owner || formatLabel(owner) !== label) continue;
    const path = cleanPath(posix.relative('dist', posix.normalize(artifact.path.value)));
    const tree = inDist(plan.artifacts, path);
    if (!tree) diagnostics.push(nothingThere(artifact, label));
    else if (artifact.type === 'tarball') {
      const action = packed(context, artifact, { tree, path });
      actions.push(action);
      artifacts.push(archiveOf(artifact, action));
    } else artifacts.push(folderOf(artifact, { kind: 'at', of: tree, path }));
  }
  return {
    ...plan,
    actions: [...plan.actions, ...actions],
    artifacts: [...plan.artifacts, ...artifacts],
    diagnostics: [...plan.diagnostics, ...diagnostics],
  };
}

/** `dist/` as far as the path goes into it; `undefined` where the target leaves nothing that could lie there. */
function inDist(artifacts: readonly DeclaredArtifact[], path: string): TreeExpression | undefined {
  const parts = artifacts.filter(
    (each) =>
      !each.signing &&
      (each.path === path || each.path.startsWith(`${path}/`) || path.startsWith(`${each.path}/`)),
  );
  if (parts.length === 0) return undefined;
  return {
    kind: 'merge',
    of: parts.map(({ tree, path: at, isFile }) => ({
      kind: 'under',
      of: tree,
      path: isFile ? posix.dirname(at) : at,
    })),
  };
}

interface Place {
  /** Of `dist/`. */
  readonly tree: TreeExpression;
  readonly path: string;
}

/** The folder or file stands in the archive by its own name. */
function packed(
  context: RuleContext,
  { name, compression }: Extract<FileArtifact, { type: 'tarball' }>,
  { tree, path }: Place,
): PlannedAction {
  const around = posix.dirname(path);
  const folder: TreeExpression = around === '.' ? tree : { kind: 'at', of: tree, path: around };
  const of = partsOf(folder, [posix.basename(path)]);
  return archiveAction(context, { name, format: FORMAT[compression], of });
}

function archiveOf(
  { name, compression }: Extract<FileArtifact, { type: 'tarball' }>,
  action: PlannedAction,
): DeclaredArtifact {
  return {
    name,
    type: 'tarball',
    path: `${FOLDER}/${name}.${FORMAT[compression]}`,
    tree: { kind: 'output', action: action.id },
    isFile: true,
  };
}

function folderOf({ name, type }: FileArtifact, tree: TreeExpression): DeclaredArtifact {
  return { name, type, path: `${FOLDER}/${name}`, tree, isFile: false };
}

function nothingThere({ name, path }: FileArtifact, label: string): Diagnostic {
  return {
    code: 'rules/missing-artifact' satisfies keyof typeof sharedRuleDiagnostics,
    severity: 'error',
    message: `${label} leaves nothing at ${path.value} for the artifact ${name}`,
    hint: 'name what lies in dist/ after a build; signed packages cannot be taken',
    span: path.span,
    cause: 'input',
  };
}

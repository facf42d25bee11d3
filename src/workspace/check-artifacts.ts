import { type Diagnostic, formatLabel } from '../base/index.ts';
import { type BuildConfiguration, distLabel } from '../config/index.ts';
import type { TargetDeclaration } from '../graph/index.ts';
import type { WorkspaceCode } from './diagnostics.ts';
import type { ObservedFiles } from './observed-files.ts';

/** Whether each artifact of the global file is made of what one target leaves; which files that are is its rule's to say. */
export function checkArtifacts(
  files: ObservedFiles,
  {
    configuration,
    targets,
  }: { readonly configuration: BuildConfiguration; readonly targets: readonly TargetDeclaration[] },
): void {
  const labels = new Set(targets.map(({ label }) => formatLabel(label)));
  for (const artifact of configuration.artifacts) {
    if (!('path' in artifact)) continue;
    const { value, span } = artifact.path;
    const label = distLabel(value);
    if (!label) files.report(notOfOneTarget(artifact.name, value, span));
    else if (!labels.has(formatLabel(label))) {
      files.report({
        code: 'workspace/missing-artifact' satisfies WorkspaceCode,
        severity: 'warning',
        message: `the artifact \`${artifact.name}\` is not made: the workspace has no ${formatLabel(label)}`,
        hint: 'add the target, or remove the artifact',
        span,
      });
    }
  }
}

function notOfOneTarget(name: string, path: string, span: Diagnostic['span']): Diagnostic {
  return {
    code: 'config/not-supported',
    severity: 'error',
    message: `the artifact \`${name}\` is of \`${path}\`, which is not what one target leaves`,
    hint: 'name dist/scripts, dist/components/<name>, dist/images/<name>, dist/mobile/<name> of a web app, or a path in one of them',
    ...(span ? { span } : {}),
  };
}

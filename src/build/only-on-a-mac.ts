import { type Diagnostic, formatLabel } from '../base/index.ts';
import type { TargetGraph } from '../graph/index.ts';
import type { Env } from '../host/index.ts';

/**
 * Where nothing was asked for but apps that only a Mac builds, nothing that they need is built elsewhere. Beside other targets
 * they fail for themselves, by their tools.
 */
export function onlyOnAMac(
  graph: TargetGraph,
  selected: readonly string[],
  platform: Env['platform'],
): readonly Diagnostic[] {
  const targets = selected.flatMap((label) => graph.targets.get(label) ?? []);
  if (platform === 'darwin' || targets.length === 0 || targets.some(({ spec }) => spec.rule !== 'ios'))
    return [];
  return targets.map(({ label, span, directory }) => ({
    code: 'toolchain/missing',
    severity: 'error',
    message: `${formatLabel(label)} is an iOS app, and Xcode, which builds it, runs on a Mac alone`,
    hint: 'build it on a Mac; what it needs was not built either, and `mobileops build` with their names builds that',
    ...(span ? { span } : { path: directory }),
    cause: 'environment',
  }));
}

import { join } from 'node:path/posix';
import type { BuildOutcome } from '../../build/index.ts';
import type { TargetGraph } from '../../graph/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { type IndexedWebApp, MAX_TITLE_CHARACTERS } from '../../release/index.ts';
import { siteName } from '../../tools/index.ts';

export interface WebAppsInput {
  /** The workspace, absolute. */
  readonly root: string;
  readonly graph: TargetGraph;
  readonly outcome: Pick<BuildOutcome, 'artifacts'>;
}

/** The web apps of a build that say where they are served (`web.address`), called as their manifests call them. */
export function webAppsOf(fs: FileSystem, { root, graph, outcome }: WebAppsInput): readonly IndexedWebApp[] {
  return outcome.artifacts.flatMap(({ label, type, path, isFile }) => {
    const target = graph.targets.get(label);
    const web = target && 'web' in target.spec ? target.spec.web : undefined;
    if (web?.address === undefined || type !== 'mobile' || isFile) return [];
    const { name } = target!.label;
    const title = (siteName(fs, join(root, path)) ?? name).slice(0, MAX_TITLE_CHARACTERS);
    return [{ name, title, address: web.address }];
  });
}

import type { TreeExpression } from '../../action/index.ts';
import type { Label } from '../../base/index.ts';
import type { StageBase } from '../../oci/index.ts';
import type { ContextFiles } from './context-files.ts';
import type { ReadImage } from './read-image.ts';
import type { Segment } from './segments.ts';

/**
 * What a segment finds in its working folder of the context and of other targets: no more than it reads, so that
 * nothing else makes it run again. What other segments left is the caller's to add.
 */
export function segmentInputs(
  segment: Segment,
  { taken, inputs }: Pick<ReadImage, 'taken' | 'inputs'>,
  from: { readonly files: ContextFiles; readonly dependency: (label: Label) => TreeExpression },
): TreeExpression[] {
  const paths = new Set<string>();
  const places = new Set<string>();
  for (const base of basesOf(segment)) if (base.kind === 'layout') places.add(base.path);
  for (const use of segment.uses) {
    for (const path of taken.get(use) ?? []) paths.add(path);
    const origin = 'fields' in use ? use.origin : use;
    if (origin && 'path' in origin) places.add(origin.path);
  }
  const context: TreeExpression = { kind: 'tree', tree: from.files.tree(paths) };
  return [{ kind: 'under', of: context, path: 'context' }, ...inputs.trees(from.dependency, places)];
}

function basesOf(segment: Segment): readonly StageBase[] {
  return segment.kind === 'run' ? [segment.base] : segment.plan.stages.map(({ base }) => base);
}

import type { TreeExpression } from '../../action/index.ts';
import { formatLabel, type Label } from '../../base/index.ts';
import { lifted } from '../tree-parts.ts';

/** The parts of other targets that an image uses, as they stand in its working folder. */
export class ImageInputs {
  readonly #parts = new Map<string, { readonly label: Label; readonly includes: Set<string> | 'all' }>();

  /** All of a target's tree; gives its place. */
  whole(label: Label): string {
    this.#parts.set(formatLabel(label), { label, includes: 'all' });
    return placeOf(label);
  }

  /** What lies at a path of a target's tree, or all of it for a pattern. */
  part(label: Label, path: string): string {
    const known = this.#parts.get(formatLabel(label));
    if (path === '' || /[*?[\]{}\\]/.test(path)) return this.whole(label);
    if (known?.includes === 'all') return placeOf(label);
    const includes = known?.includes ?? new Set<string>();
    this.#parts.set(formatLabel(label), { label, includes: includes.add(path).add(`${path}/**`) });
    return placeOf(label);
  }

  /** Those at the given places, or all. */
  trees(dependency: (label: Label) => TreeExpression, places?: ReadonlySet<string>): TreeExpression[] {
    const parts = [...this.#parts.values()].filter(({ label }) => places?.has(placeOf(label)) ?? true);
    return parts.map(({ label, includes }) => {
      const of = asInDist(label, dependency(label));
      const kept: TreeExpression =
        includes === 'all' ? of : { kind: 'filter', of, include: [...includes].sort() };
      return { kind: 'under', of: kept, path: placeOf(label) };
    });
  }
}

/** What a target leaves, laid out as below `dist/<class>/<name>`: a component's `dist/` and its own name are left out. */
function asInDist(label: Label, of: TreeExpression): TreeExpression {
  return label.kind === 'component' ? lifted(lifted(of, 'dist'), label.name) : of;
}

function placeOf(label: Label): string {
  return label.kind === 'scripts' ? 'deps/scripts' : `deps/${label.kind}/${label.name}`;
}

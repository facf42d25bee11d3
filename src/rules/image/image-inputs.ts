import type { TreeExpression } from '../../action/index.ts';
import { formatLabel, type Label } from '../../base/index.ts';
import { platformFolder } from '../../oci/index.ts';
import { PLATFORMS } from '../platform-images.ts';
import { lifted } from '../tree-parts.ts';

interface Part {
  readonly label: Label;
  readonly includes: Set<string> | 'all';
  /** Of an image that is for several, the one that is meant. */
  readonly platform?: string;
}

/** The parts of other targets that an image uses, as they stand in its working folder. */
export class ImageInputs {
  readonly #parts = new Map<string, Part>();

  /** All of a target's tree; gives its place. */
  whole(label: Label): string {
    this.#parts.set(formatLabel(label), { label, includes: 'all' });
    return placeOf({ label });
  }

  /** An image of the workspace, or its part for a platform; gives its place. */
  image(label: Label, platform?: string): string {
    if (platform === undefined) return this.whole(label);
    const part: Part = { label, includes: 'all', platform };
    this.#parts.set(placeOf(part), part);
    return placeOf(part);
  }

  /** What lies at a path of a target's tree, or all of it for a pattern. */
  part(label: Label, path: string): string {
    const known = this.#parts.get(formatLabel(label));
    if (path === '' || /[*?[\]{}\\]/.test(path)) return this.whole(label);
    if (known?.includes === 'all') return placeOf({ label });
    const includes = known?.includes ?? new Set<string>();
    this.#parts.set(formatLabel(label), { label, includes: includes.add(path).add(`${path}/**`) });
    return placeOf({ label });
  }

  /** Those at the given places, or all. */
  trees(dependency: (label: Label) => TreeExpression, places?: ReadonlySet<string>): TreeExpression[] {
    const parts = [...this.#parts.values()].filter((part) => places?.has(placeOf(part)) ?? true);
    return parts.map((part) => {
      const { label, includes } = part;
      const of = shownOf(part, dependency(label));
      const kept: TreeExpression =
        includes === 'all' ? of : { kind: 'filter', of, include: [...includes].sort() };
      return { kind: 'under', of: kept, path: placeOf(part) };
    });
  }
}

/** What a target leaves, laid out as below `dist/<class>/<name>`: a component's `dist/` and its own name are left out. */
function shownOf({ label, platform }: Part, of: TreeExpression): TreeExpression {
  if (platform !== undefined) return { kind: 'at', of, path: `${PLATFORMS}/${platformFolder(platform)}` };
  if (label.kind === 'image') return { kind: 'filter', of, exclude: [`${PLATFORMS}/**`] };
  return label.kind === 'component' ? lifted(lifted(of, 'dist'), label.name) : of;
}

function placeOf({ label, platform }: Pick<Part, 'label' | 'platform'>): string {
  const place = label.kind === 'scripts' ? 'deps/scripts' : `deps/${label.kind}/${label.name}`;
  return platform === undefined ? place : `${place}/${platformFolder(platform)}`;
}

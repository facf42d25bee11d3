import type { Tree } from '../../action/index.ts';
import type { Cas } from '../../cas/index.ts';
import type { Found } from '../model.ts';
import { Comparison } from './compare-contents.ts';
import { compareEntries } from './compare-entries.ts';
import type { Consequences } from './consequences.ts';
import { treeEntries } from './entries.ts';

/** What a step left, and the store that has it. */
export interface Output {
  readonly cas: Cas;
  readonly tree: Tree;
}

export interface ComparedOutputs {
  readonly found: readonly Found[];
  readonly consequences: Consequences;
  readonly leftOut: number;
}

/** What a RUN leaves: its layer, and what is said of it. */
const LAYER = 'layer.tar.gz';
const ABOUT_LAYER = 'layer.json';

/** What differs between two outputs of one step; of a RUN, places are those in its layer. */
export async function compareOutputs(a: Output, b: Output, known?: Consequences): Promise<ComparedOutputs> {
  const comparison = new Comparison(known);
  await compareEntries(comparison, [], treeEntries(a.cas, a.tree), treeEntries(b.cas, b.tree));
  const { found, consequences, leftOut } = comparison;
  const hasLayer = found.some(({ place }) => place[0] === LAYER);
  const told = hasLayer ? found.filter(({ place }) => place[0] !== ABOUT_LAYER).map(withoutLayer) : found;
  return { found: told, consequences, leftOut };
}

function withoutLayer(found: Found): Found {
  const { place } = found;
  return place[0] === LAYER && place.length > 1 ? { ...found, place: place.slice(1) } : found;
}

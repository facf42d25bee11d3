import type { Tree } from '../../action/index.ts';
import type { Cas } from '../../cas/index.ts';
import type { Place } from '../model.ts';
import { Comparison } from './compare-contents.ts';
import { compareEntries } from './compare-entries.ts';
import { treeEntries } from './entries.ts';

/** What a step left, and the store that has it. */
export interface Output {
  readonly cas: Cas;
  readonly tree: Tree;
}

/** What a RUN leaves: its layer, and what is said of it. */
const LAYER = 'layer.tar.gz';
const ABOUT_LAYER = 'layer.json';

/** The places at which two outputs of one step differ; of a RUN, those in its layer. */
export async function differingPlaces(a: Output, b: Output): Promise<readonly Place[]> {
  const comparison = new Comparison();
  await compareEntries(comparison, [], treeEntries(a.cas, a.tree), treeEntries(b.cas, b.tree));
  const places = comparison.found.map(({ place }) => place);
  const inLayer = places
    .filter(([name]) => name === LAYER)
    .map((place) => (place.length > 1 ? place.slice(1) : place));
  return inLayer.length === 0
    ? places
    : [...inLayer, ...places.filter(([name]) => name !== LAYER && name !== ABOUT_LAYER)];
}

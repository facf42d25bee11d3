import type { ActionCache } from '../cas/index.ts';
import type { Explanations } from './explanations.ts';
import type { LayeredCas } from './layered-cas.ts';
import type { BuildEnvironment } from './opened-workspace.ts';
import type { BuildRequest } from './outcome.ts';
import type { BuildState } from './state.ts';

/** What the end of a build works with. */
export interface SettleOptions extends BuildEnvironment {
  readonly cas: LayeredCas;
  readonly actions: ActionCache;
  readonly root: string;
  readonly request: BuildRequest;
  readonly state: BuildState;
  readonly explanations: Explanations;
  /** Labels of targets whose artifacts are known to lie in `dist/` as they were left. */
  readonly intact: ReadonlySet<string> | undefined;
}

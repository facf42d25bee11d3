import { type LockedRoot, parseLockedRoot, type RootUser } from '../../debian/index.ts';
import { type ContainerSettings, parseJson } from '../../oci/index.ts';

/** What `image-packages` is to do, as the rule for packages writes it. */
export interface PackagePlan {
  readonly architecture: string;
  /** Seconds since 1970, for the image and all that is made for it. */
  readonly createdAt: number;
  /** For `leaf` and `bootstrap`. */
  readonly root?: LockedRoot;
  /** For `leaf` and `finish`. */
  readonly finish?: FinishPlan;
}

export interface FinishPlan {
  /** The distribution and its release, for the image's history: `debian:bookworm`. */
  readonly from: string;
  readonly users: readonly RootUser[];
  readonly paths: readonly PlannedPath[];
  readonly container: ContainerSettings;
}

/** A path of the image; `source` is relative to the working folder. */
export type PlannedPath = {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
} & (
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'link'; readonly target: string }
  | { readonly type: 'file'; readonly mode: number; readonly source: string }
);

/** `undefined` for a text that is no plan. It comes from our own rule, so only its outline is checked, and the lock's part whole. */
export function parsePackagePlan(text: string): PackagePlan | undefined {
  const plan = parseJson(text) as (Partial<PackagePlan & FinishPlan> & { format?: unknown }) | undefined;
  if (plan?.format !== 1 || typeof plan.architecture !== 'string' || !Number.isSafeInteger(plan.createdAt))
    return undefined;
  const root = plan.root === undefined ? undefined : parseLockedRoot(plan.root);
  if (plan.root !== undefined && !root) return undefined;
  const { architecture, createdAt, from, users, paths, container } = plan;
  return {
    architecture,
    createdAt: createdAt!,
    ...(root ? { root } : {}),
    ...(from !== undefined && users && paths && container
      ? { finish: { from, users, paths, container } }
      : {}),
  };
}

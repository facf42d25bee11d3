import type { PackageImageSpec } from '../../config/index.ts';
import type { LockedRoot } from '../rule.ts';

/** Where `image-packages` finds a file of the workspace, below its working folder. */
export const CONTEXT = 'context';

interface Common {
  readonly architecture: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

/** What `image-packages` reads, whose `package-plan.ts` says the same. */
export function planText(
  common: Common,
  parts: { readonly root?: LockedRoot; readonly finish?: PackageImageSpec },
): string {
  const { root, finish } = parts;
  return JSON.stringify({
    format: 1,
    ...common,
    ...(root ? { root } : {}),
    ...(finish ? finishOf(finish) : {}),
  });
}

function finishOf({ from, users, paths, container }: PackageImageSpec) {
  const { distribution, suite } = from.value;
  return {
    from: `${distribution}:${suite}`,
    users: users.map((user) => ({ ...user, name: user.name.value })),
    paths: paths.map(({ path, owner, group, ...own }) => ({
      ...own,
      ...(own.type === 'file' ? { source: `${CONTEXT}/${own.source.value}` } : {}),
      ...{ path: path.value, owner: owner.value, group: group.value },
    })),
    container,
  };
}

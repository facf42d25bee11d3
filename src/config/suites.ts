/** A distribution whose packages an image can be made of. */
export type DistributionName = 'debian' | 'ubuntu';

/** Releases that mirrors hold, with the numbers that people know them by. Names that move (`stable`) are none. */
export const SUITES: Readonly<Record<DistributionName, Readonly<Record<string, string | undefined>>>> = {
  debian: { bullseye: '11', bookworm: '12', trixie: '13', forky: '14', sid: undefined },
  ubuntu: {
    focal: '20.04',
    jammy: '22.04',
    noble: '24.04',
    plucky: '25.04',
    questing: '25.10',
    resolute: '26.04',
  },
};

/** Names of a distribution that mean another release with each new one. */
const MOVING = new Set(['stable', 'testing', 'oldstable', 'unstable', 'latest', 'devel', 'rolling', 'lts']);

/** The code name of a release by its name or number; else what may be meant. */
export function suiteOf(
  distribution: DistributionName,
  name: string,
): { readonly suite: string } | { readonly isMoving: boolean; readonly known: readonly string[] } {
  const suites = SUITES[distribution];
  const suite = Object.hasOwn(suites, name)
    ? name
    : Object.keys(suites).find((each) => suites[each] === name);
  if (suite !== undefined) return { suite };
  const numbers = Object.values(suites).filter((each) => each !== undefined);
  return { isMoving: MOVING.has(name), known: [...Object.keys(suites), ...numbers] };
}

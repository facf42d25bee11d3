import type { Checked } from '../../base/index.ts';
import {
  type Ask,
  canBeWritten,
  labelsOfFolders,
  latestKey,
  type Override,
  packageGraph,
  planOverrides,
  type RaisedAsk,
  readPackageLocks,
  type WantedVersion,
  whyPackage,
} from '../../dependencies/index.ts';
import type { NamedPackage, Package } from '../../packages/index.ts';
import type { Finding } from '../../scan/index.ts';
import type { VerbContext } from '../verb.ts';
import type { Audited } from './mending.ts';
import type { OpenedRequirements } from './open-dependencies.ts';
import { type Raise, type Relocked, type RelockOptions, relock } from './relock.ts';

/** What would mend the packages that are hit also then; of tools of ours nobody here has a say. */
export function wantedVersions(
  { hit, open }: Pick<Audited, 'hit' | 'open'>,
  mending: ReadonlyMap<string, string>,
): readonly WantedVersion[] {
  const groups = Map.groupBy(
    hit.filter(({ scopes }) => scopes.some((each) => each !== 'tool')),
    ({ ecosystem, name }) => latestKey(ecosystem, name),
  );
  return [...groups].flatMap(([key, own]): WantedVersion[] => {
    const version = mending.get(key);
    if (version === undefined) return [];
    const { ecosystem, name } = own[0]!;
    return [{ ecosystem, name, version, from: own.map((each) => each.version), reason: reasonOf(own, open) }];
  });
}

const SHOWN_ADVISORIES = 3;

function reasonOf(own: readonly Package[], open: readonly Finding[]): string {
  const purls = new Set(own.map(({ purl }) => purl));
  const ids = [...new Set(open.filter(({ subject }) => purls.has(subject)).map(({ id }) => id))];
  return `mends ${ids.slice(0, SHOWN_ADVISORIES).join(', ')}${ids.length > SHOWN_ADVISORIES ? ' and more' : ''}`;
}

/** How each is raised by a file of the workspace as it is now, whether or not that is written. */
export function overridesFor(
  { host }: VerbContext,
  { root, requirements, after }: Pick<Relocked, 'root' | 'requirements' | 'after'>,
  wanted: readonly WantedVersion[],
): readonly Override[] {
  const canWrite = (path: string): boolean => canBeWritten(host.fs, root, path);
  return planOverrides(wanted, { requirements, lock: after, canWrite });
}

/** Takes as many overrides as can be met together: all, or else one after the other. Gives those that cannot. */
export async function takeOverrides<T>(
  wanted: readonly WantedVersion[],
  attempt: (wanted: readonly WantedVersion[]) => Promise<Checked<T | undefined>>,
): Promise<{ readonly value: T | undefined; readonly refused: readonly WantedVersion[] }> {
  if (wanted.length === 0) return { value: undefined, refused: [] };
  const all = await attempt(wanted);
  if (all.value) return { value: all.value, refused: [] };
  if (wanted.length === 1) return { value: undefined, refused: wanted };
  let value: T | undefined;
  const taken: WantedVersion[] = [];
  const refused: WantedVersion[] = [];
  for (const one of wanted) {
    const next = await attempt([...taken, one]);
    if (next.value) taken.push(one);
    else refused.push(one);
    value = next.value ?? value;
  }
  return { value, refused };
}

const SHOWN_CHAINS = 3;

/** Tells for a locked package by whom it is there: `component:web > express 4.17.1 > qs 6.7.0`. */
export function chainsBy(
  { host }: VerbContext,
  { root, after, requirements }: Pick<Relocked, 'root' | 'after' | 'requirements'>,
  asks: readonly Ask[],
): (item: NamedPackage) => readonly string[] {
  const packageLocks = readPackageLocks(host.fs, root, after);
  const graph = packageGraph({ lock: after, packageLocks, labels: labelsOfFolders(requirements.targets) });
  const names = new Map(graph.packages.map((each) => [each.purl, `${each.name} ${each.version}`]));
  return ({ ecosystem, name, version }) => {
    const item = graph.packages.find(
      (each) => each.ecosystem === ecosystem && each.name === name && each.version === version,
    );
    const chains = item ? whyPackage(graph, asks, item).chains : [];
    return chains
      .slice(0, SHOWN_CHAINS)
      .map(({ root: asker, path }) => [asker, ...path.map((purl) => names.get(purl) ?? purl)].join(' > '));
  };
}

export interface Overriding {
  readonly options: RelockOptions;
  readonly raise: Raise;
  readonly first: Relocked;
  readonly wanted: readonly WantedVersion[];
}

/** Locks again with what the files are to say of packages that only other packages ask for. */
export async function overridden(
  context: VerbContext,
  { options, raise, first, wanted }: Overriding,
): Promise<{ readonly value: Relocked | undefined; readonly refused: readonly WantedVersion[] }> {
  const editsOf = (opened: OpenedRequirements, own: readonly WantedVersion[]): readonly RaisedAsk[] =>
    overridesFor(context, { ...opened, after: first.after }, own).flatMap(({ edit }) => edit ?? []);
  const written = wanted.filter((each) => editsOf(first, [each]).length > 0);
  const taken = await takeOverrides(written, (own) =>
    relock(context, {
      ...options,
      raise: async (opened, before, client) => {
        const raised = await raise(opened, before, client);
        return { ...raised, value: [...raised.value, ...editsOf(opened, own)] };
      },
    }),
  );
  if (!taken.value) return taken;
  const { value } = taken;
  // What was written in the first place is no longer there to be raised.
  const raised = options.isDryRun ? value.raised : [...first.raised, ...value.raised];
  return { ...taken, value: { ...value, before: first.before, raised } };
}

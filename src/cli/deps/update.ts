import type { Checked, Diagnostic } from '../../base/index.ts';
import {
  type Ask,
  isRenewed,
  latestKey,
  latestVersions,
  lockedVersions,
  type Renewal,
  type WantedVersion,
} from '../../dependencies/index.ts';
import { compareVersions, type PackageName } from '../../packages/index.ts';
import type { VerbContext } from '../verb.ts';
import { heldByOthersProblems, notRaisedProblems } from './mending-problems.ts';
import { chainsBy, overridden, overridesFor } from './overriding.ts';
import { asksOfAll, raisable } from './raising.ts';
import { type Raise, type Relocked, relock } from './relock.ts';
import { securityUpdate } from './security-update.ts';
import { type Update, type UpdateOptions, updateOf } from './update-outcome.ts';

/** Takes newer versions; with `--write` up to the newest, and only what advisories hit with `--security`. */
export async function update(
  context: VerbContext,
  options: UpdateOptions,
): Promise<Checked<Update | undefined>> {
  if (context.flags.has('security')) return securityUpdate(context, options);
  const isDryRun = context.flags.has('dry-run');
  if (context.flags.has('write')) return raisingUpdate(context, { ...options, isDryRun });
  const done = await relock(context, { ...options, isDryRun });
  return { value: done.value && updateOf(done.value), diagnostics: done.diagnostics };
}

type RaisingOptions = UpdateOptions & { readonly isDryRun: boolean };

async function raisingUpdate(
  context: VerbContext,
  options: RaisingOptions,
): Promise<Checked<Update | undefined>> {
  let latest: Awaited<ReturnType<typeof latestVersions>> | undefined;
  const wanted = new Map<string, string>();
  const raise: Raise = async (opened, before, client) => {
    const asks = asksOfAll(opened);
    const known = latest;
    latest ??= await latestVersions(client, { ...opened, brought: broughtOnly(options.renewal, asks) });
    const locked = before ? lockedVersions(before) : new Map<string, readonly string[]>();
    for (const ask of asks) {
      const newest = newerVersion(ask, latest.value, locked);
      if (newest !== undefined && isRenewed(options.renewal, ask))
        wanted.set(latestKey(ask.ecosystem, ask.name), newest);
    }
    return { value: raisable(context, opened, wanted), diagnostics: known ? [] : latest.diagnostics };
  };
  const first = await relock(context, { ...options, raise });
  if (!first.value) return { value: undefined, diagnostics: first.diagnostics };
  const brought = broughtVersions(first.value, latest?.value ?? new Map(), options.renewal);
  const taken = await overridden(context, { options, raise, first: first.value, wanted: brought });
  const done = taken.value ?? first.value;
  const left = notRaisedProblems(asksOfAll(done), wanted, lockedVersions(done.after));
  const held = problemsOfBrought(context, done, { latest: latest?.value ?? new Map(), ...taken, options });
  return { value: updateOf(done), diagnostics: [...first.diagnostics, ...left, ...held] };
}

/** What is named and only other packages ask for. */
function broughtOnly({ packages = [] }: Renewal, asks: readonly Ask[]): readonly PackageName[] {
  const asked = new Set(asks.map(({ ecosystem, name }) => latestKey(ecosystem, name)));
  const found = new Map(packages.map((each) => [latestKey(each.ecosystem, each.name), each]));
  return [...found].flatMap(([key, each]) => (asked.has(key) ? [] : [each]));
}

/** Those of it that are older than the newest version. */
function broughtVersions(
  relocked: Relocked,
  latest: ReadonlyMap<string, string>,
  renewal: Renewal,
): readonly WantedVersion[] {
  const locked = lockedVersions(relocked.after);
  return broughtOnly(renewal, asksOfAll(relocked)).flatMap(({ ecosystem, name }): WantedVersion[] => {
    const version = latest.get(latestKey(ecosystem, name));
    if (version === undefined) return [];
    const now = locked.get(latestKey(ecosystem, name)) ?? [];
    const from = now.filter((each) => compareVersions(ecosystem, each, version) < 0);
    return from.length === 0 ? [] : [{ ecosystem, name, version, from, reason: 'wanted by deps update' }];
  });
}

interface Brought {
  readonly latest: ReadonlyMap<string, string>;
  readonly refused: readonly WantedVersion[];
  readonly options: RaisingOptions;
}

function problemsOfBrought(
  context: VerbContext,
  done: Relocked,
  { latest, refused, options }: Brought,
): readonly Diagnostic[] {
  const wanted = broughtVersions(done, latest, options.renewal);
  return heldByOthersProblems(wanted, {
    overrides: overridesFor(context, done, wanted),
    refused: new Set(refused.map(({ ecosystem, name }) => latestKey(ecosystem, name))),
    chainsOf: chainsBy(context, done, asksOfAll(done)),
  });
}

function newerVersion(
  { ecosystem, name }: Ask,
  latest: ReadonlyMap<string, string>,
  locked: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const key = latestKey(ecosystem, name);
  const newest = latest.get(key);
  const now = locked.get(key)?.at(-1);
  if (newest === undefined || now === undefined) return undefined;
  return compareVersions(ecosystem, newest, now) > 0 ? newest : undefined;
}

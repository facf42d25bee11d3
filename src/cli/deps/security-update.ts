import type { Checked, Diagnostic, Result } from '../../base/index.ts';
import {
  isRenewed,
  latestKey,
  packageGraph,
  type Renewal,
  type WantedVersion,
  type WorkspacePackages,
} from '../../dependencies/index.ts';
import { type DamagedDatabase, damagedDiagnostic, reaches, type ScanSubject } from '../../scan/index.ts';
import type { VerbContext } from '../verb.ts';
import { type Audited, audit, mendingVersions } from './mending.ts';
import { stillHitProblems } from './mending-problems.ts';
import { openPackages } from './open-dependencies.ts';
import { chainsBy, overridden, overridesFor, wantedVersions } from './overriding.ts';
import { packagesSubject } from './packages-subject.ts';
import { asksOfAll, raisable } from './raising.ts';
import { type Raise, type Relocked, relock } from './relock.ts';
import { type Update, type UpdateOptions, updateOf } from './update-outcome.ts';

/** Renews what advisories hit, and nothing else; what they hit also then, and what stands against that verdict, is told. */
export async function securityUpdate(
  context: VerbContext,
  { sink, renewal }: UpdateOptions,
): Promise<Checked<Update | undefined>> {
  const opened = await openPackages(context);
  if (!opened.value) return { value: undefined, diagnostics: opened.diagnostics };
  const named = namedSubject(opened.value.packages, renewal, opened.diagnostics);
  const before = await audit(context, opened.value, named);
  if (!before.ok) return failed([damagedDiagnostic(before.failure)]);
  const { report, hit } = before.value;
  const unchanged: Update = { changes: [], raised: [], report, isWritten: false };
  if (hit.length === 0) return { value: unchanged, diagnostics: report.diagnostics };
  const mending = mendingVersions(context, opened.value, hit);
  if (!mending.ok) return failed([damagedDiagnostic(mending.failure)]);
  const raise: Raise | undefined = context.flags.has('write')
    ? async (each) => ({ value: raisable(context, each, mending.value), diagnostics: [] })
    : undefined;
  const options = {
    ...{ sink, raise, renewal: { ...renewal, packages: hit }, isDryRun: context.flags.has('dry-run') },
  };
  const first = await relock(context, options);
  if (!first.value) return { value: undefined, diagnostics: first.diagnostics };
  const judged = await auditAfter(context, first.value, renewal);
  if (!judged.ok) return failed([damagedDiagnostic(judged.failure)]);
  const wanted = wantedVersions(judged.value, mending.value);
  const taken = raise && (await overridden(context, { options, raise, first: first.value, wanted }));
  const done = taken?.value ?? first.value;
  const after = taken?.value ? await auditAfter(context, done, renewal) : judged;
  if (!after.ok) return failed([damagedDiagnostic(after.failure)]);
  const still = problemsAfter(context, done, {
    ...{ audited: after.value, mending: mending.value, refused: taken?.refused ?? [] },
  });
  return {
    value: { ...updateOf(done), report: after.value.report },
    diagnostics: [...first.diagnostics, ...after.value.report.diagnostics, ...still],
  };
}

async function auditAfter(
  context: VerbContext,
  relocked: Relocked,
  renewal: Renewal,
): Promise<Result<Audited, DamagedDatabase>> {
  const locked = packageGraph({ lock: relocked.after, packageLocks: new Map() });
  return audit(context, relocked, namedSubject(locked, renewal));
}

function namedSubject(
  graph: WorkspacePackages,
  renewal: Renewal,
  problems: readonly Diagnostic[] = [],
): ScanSubject {
  const packages = graph.packages.filter((each) => isRenewed(renewal, each));
  return packagesSubject({ ...graph, packages }, problems);
}

interface After {
  readonly audited: Audited;
  readonly mending: ReadonlyMap<string, string>;
  readonly refused: readonly WantedVersion[];
}

function problemsAfter(
  context: VerbContext,
  relocked: Relocked,
  { audited: { hit, open }, mending, refused }: After,
): readonly Diagnostic[] {
  const { securityScan } = relocked.opened.workspace.configuration.quality;
  const threshold = securityScan.allowHighSeverity ? 'critical' : 'high';
  const asks = asksOfAll(relocked);
  return stillHitProblems({
    ...{ hit, open, asks, mending, isOver: (each) => reaches(each, threshold) },
    overrides: overridesFor(context, relocked, wantedVersions({ hit, open }, mending)),
    refused: new Set(refused.map(({ ecosystem, name }) => latestKey(ecosystem, name))),
    chainsOf: chainsBy(context, relocked, asks),
  });
}

function failed(diagnostics: readonly Diagnostic[]): Checked<undefined> {
  return { value: undefined, diagnostics };
}

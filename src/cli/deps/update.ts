import type { Checked, Diagnostic } from '../../base/index.ts';
import {
  type Ask,
  asksOf,
  canBeWritten,
  isRenewed,
  type LockChange,
  labelsOfFolders,
  latestKey,
  latestVersions,
  lockChanges,
  lockedVersions,
  packageGraph,
  type RaisedAsk,
  type Renewal,
  raiseAsks,
  type WorkspacePackages,
} from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import { compareVersions } from '../../packages/index.ts';
import { damagedDiagnostic, reaches, type ScanReport, type ScanSubject } from '../../scan/index.ts';
import type { VerbContext } from '../verb.ts';
import { type Audited, audit, mendingVersions } from './mending.ts';
import { notRaisedProblems, stillHitProblems } from './mending-problems.ts';
import { type OpenedRequirements, openPackages } from './open-dependencies.ts';
import { packagesSubject } from './packages-subject.ts';
import { type Raise, type Relocked, relock } from './relock.ts';

/** What an update did, or would do. */
export interface Update {
  readonly changes: readonly LockChange[];
  readonly raised: readonly RaisedAsk[];
  /** Of the new lock, where only what advisories hit was updated. */
  readonly report?: ScanReport;
  readonly isWritten: boolean;
}

export interface UpdateOptions {
  readonly sink: EventSink;
  readonly renewal: Renewal;
}

export async function update(
  context: VerbContext,
  options: UpdateOptions,
): Promise<Checked<Update | undefined>> {
  if (context.flags.has('security')) return securityUpdate(context, options);
  const isDryRun = context.flags.has('dry-run');
  const wanted = new Map<string, string>();
  const raise: Raise | undefined = context.flags.has('write')
    ? async (opened, before, client) => {
        const latest = await latestVersions(client, opened);
        const locked = before ? lockedVersions(before) : new Map<string, readonly string[]>();
        for (const ask of asksOfAll(opened)) {
          const newest = newerVersion(ask, latest.value, locked);
          if (newest !== undefined && isRenewed(options.renewal, ask))
            wanted.set(latestKey(ask.ecosystem, ask.name), newest);
        }
        return { value: raisable(context, opened, wanted), diagnostics: latest.diagnostics };
      }
    : undefined;
  const done = await relock(context, { ...options, raise, isDryRun });
  const { value } = done;
  if (!value) return { value, diagnostics: done.diagnostics };
  const left = notRaisedProblems(asksOfAll(value), wanted, lockedVersions(value.after));
  return { value: updateOf(value), diagnostics: [...done.diagnostics, ...left] };
}

/** Renews what advisories hit, and nothing else; what they hit also then, and what stands against that verdict, is told. */
async function securityUpdate(
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
  const done = await relock(context, {
    ...{ sink, raise, renewal: { ...renewal, packages: hit }, isDryRun: context.flags.has('dry-run') },
  });
  if (!done.value) return { value: undefined, diagnostics: done.diagnostics };
  const locked = packageGraph({ lock: done.value.after, packageLocks: new Map() });
  const after = await audit(context, done.value, namedSubject(locked, renewal));
  if (!after.ok) return failed([damagedDiagnostic(after.failure)]);
  const still = problemsAfter(done.value, { ...after.value, mending: mending.value });
  return {
    value: { ...updateOf(done.value), report: after.value.report },
    diagnostics: [...done.diagnostics, ...after.value.report.diagnostics, ...still],
  };
}

function namedSubject(
  graph: WorkspacePackages,
  renewal: Renewal,
  problems: readonly Diagnostic[] = [],
): ScanSubject {
  const packages = graph.packages.filter((each) => isRenewed(renewal, each));
  return packagesSubject({ ...graph, packages }, problems);
}

function problemsAfter(
  relocked: Relocked,
  { hit, open, mending }: Audited & { readonly mending: ReadonlyMap<string, string> },
): readonly Diagnostic[] {
  const { securityScan } = relocked.opened.workspace.configuration.quality;
  const threshold = securityScan.allowHighSeverity ? 'critical' : 'high';
  const asks = asksOfAll(relocked);
  return stillHitProblems({ hit, open, asks, mending, isOver: (each) => reaches(each, threshold) });
}

function failed(diagnostics: readonly Diagnostic[]): Checked<undefined> {
  return { value: undefined, diagnostics };
}

function updateOf({ before, after, raised }: Relocked): Update {
  return { changes: before ? lockChanges(before, after) : [], raised, isWritten: true };
}

function asksOfAll({ requirements }: OpenedRequirements): readonly Ask[] {
  return asksOf(requirements, labelsOfFolders(requirements.targets));
}

function raisable(
  { host }: VerbContext,
  opened: OpenedRequirements,
  wanted: ReadonlyMap<string, string>,
): readonly RaisedAsk[] {
  const own = asksOfAll(opened).filter(({ span }) => canBeWritten(host.fs, opened.root, span.file.path));
  return raiseAsks(own, wanted);
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

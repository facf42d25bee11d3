import type { Diagnostic } from '../../base/index.ts';
import {
  type BuildOutcome,
  type BuildRequest,
  NO_COMMIT,
  type OpenedWorkspace,
  openWorkspace,
  readCommit,
} from '../../build/index.ts';
import type { BuildConfiguration, QualitySettings } from '../../config/index.ts';
import { selectTargets } from '../../graph/index.ts';
import {
  type GateReport,
  judge,
  type LoadRun,
  type Measured,
  type QualityCode,
  sonarLines,
} from '../../quality/index.ts';
import { uncommittedPaths } from '../../release/index.ts';
import { damagedDiagnostic, scanTarget } from '../../scan/index.ts';
import { LEDGER_FILE } from '../../versions/index.ts';
import { openPackages } from '../deps/open-dependencies.ts';
import { isOfImages, workspaceLicences } from '../deps/workspace-licences.ts';
import { runBuild } from '../run-build.ts';
import { scanPolicy } from '../scan-policy.ts';
import { openSubject } from '../scan-subject.ts';
import { databasePlaces } from '../scan-update.ts';
import { writeTestReports } from '../test-reports.ts';
import type { VerbContext } from '../verb.ts';
import { keepScores, scoresOf } from './scores.ts';
import { keepVerdict } from './verdict-file.ts';

/** What a check gives. Without a report nothing was judged: the outcome says why, or the diagnostics where there is none either. */
export interface CheckedGates {
  readonly outcome?: BuildOutcome;
  readonly report?: GateReport;
  readonly diagnostics: readonly Diagnostic[];
}

/** Builds targets, runs their tests, linters and services, scans, and judges all of it by the configuration. */
export async function checkGates(context: VerbContext, request: BuildRequest): Promise<CheckedGates> {
  const opened = await openWorkspace({ ...context, sink: () => {} });
  if (!opened.value) return { diagnostics: opened.diagnostics };
  const workspace = opened.value;
  const { configuration } = workspace.workspace;
  const unknown = unknownTargets(workspace, configuration.quality);
  if (unknown.length > 0) return { diagnostics: unknown };
  const { graph } = workspace;
  const selected = request.targets.includes('all') ? [] : selectTargets(graph, request.targets).value;
  const began: CheckedOut =
    selected.length === 0 ? await checkedOut(context, workspace.root) : { changed: [] };
  const asked: BuildRequest = { ...request, mode: 'test', checks: true, keepGoing: true };
  const { outcome, amend } = await runBuild(context, asked, { isReported: false, verb: 'check' });
  writeTestReports(context.host.fs, workspace.root, outcome.tests);
  if (outcome.targets.length === 0 || context.signal.aborted) return { outcome, diagnostics: [] };
  const { host, signal } = context;
  const measured: Measured = {
    ...{ targets: outcome.targets, tests: outcome.tests, checked: outcome.checks ?? [] },
    loads: loadsOf(outcome),
    ...(await packagesMeasured(context, { targets: selected, configuration, outcome })),
    others: await sonarLines({ host, root: workspace.root, project: configuration.name, signal }),
  };
  const report = judge(measured, configuration.quality, host.clock.now());
  const scores = scoresOf(report);
  await amend({ scores });
  if (selected.length === 0) {
    const commit = await checkedCommit(context, workspace.root, began);
    keepVerdict(host.fs, workspace.root, { report, commit });
    keepScores(host.fs, workspace.root, { commit, scores });
  }
  return { outcome, report, diagnostics: [] };
}

/** What is checked out. */
interface CheckedOut {
  readonly commit?: string;
  /** What differs from it, but for the ledger of versions. */
  readonly changed: readonly string[];
}

async function checkedOut({ host }: VerbContext, root: string): Promise<CheckedOut> {
  const { fs, processes, env } = host;
  const git = { processes, variables: env.variables, root };
  const changed = await uncommittedPaths({ ...git, except: [LEDGER_FILE] });
  const { hash } = await readCommit({ fs, ...git });
  return changed && hash !== NO_COMMIT.hash ? { commit: hash, changed } : { changed: [] };
}

/** The commit that was looked at, as it is, from the beginning to the end; a note tells why there is none. */
async function checkedCommit(
  context: VerbContext,
  root: string,
  began: CheckedOut,
): Promise<string | undefined> {
  const { commit, changed } = await checkedOut(context, root);
  const [first] = [...began.changed, ...changed];
  if (commit === began.commit && first === undefined) return commit;
  const why = first === undefined ? 'another commit was checked out meanwhile' : `${first} is not committed`;
  context.reporter.note(`no release takes this for a check of its commit: ${why}`);
  return undefined;
}

function loadsOf({ checks = [] }: BuildOutcome): LoadRun[] {
  return checks.flatMap(({ label, load }) => (load ? [{ label, ...load }] : []));
}

interface PackagesAsked {
  readonly targets: readonly string[];
  readonly configuration: BuildConfiguration;
  readonly outcome: BuildOutcome;
}

/** What needs no build, but for that of images: the packages that the lock names, and the files of the workspace. */
async function packagesMeasured(
  context: VerbContext,
  { targets, configuration, outcome }: PackagesAsked,
): Promise<Pick<Measured, 'scan' | 'licences'>> {
  const {
    quality: { securityScan, licences },
    imagePrefix,
  } = configuration;
  if (!securityScan.enabled && !licences.enabled) return {};
  // By label: a folder of the same name is not meant.
  const subject = await openSubject({ ...context, positionals: targets });
  if (!subject.ok) {
    const why = subject.failure.map(({ message }) => message).join('; ');
    return { scan: { why }, licences: { why } };
  }
  const { host, signal } = context;
  const scanned = securityScan.enabled
    ? await scanTarget(subject.value.subject, {
        places: databasePlaces(context),
        policy: scanPolicy(securityScan),
        nowMs: host.clock.now(),
        imagePrefix,
        signal,
      })
    : undefined;
  return {
    ...(licences.enabled ? { licences: await licensed(context, outcome) } : {}),
    ...(scanned
      ? { scan: scanned.ok ? scanned.value : { why: damagedDiagnostic(scanned.failure).message } }
      : {}),
  };
}

/** Of the whole lock, as a licence is that of what ships together; of images those that were built now: what an older build left says nothing. */
async function licensed(
  context: VerbContext,
  outcome: BuildOutcome,
): Promise<NonNullable<Measured['licences']>> {
  const opened = await openPackages(context);
  if (!opened.value) return { why: opened.diagnostics.map(({ message }) => message).join('; ') };
  const isImage = ({ label }: { readonly label: string }): boolean => label.startsWith('image:');
  const unbuilt = outcome.targets.filter(
    (each) => isImage(each) && (each.status === 'failed' || each.status === 'skipped'),
  );
  const found = await workspaceLicences(context, opened.value, {
    // Of tools nobody asks here, and their archives are large.
    isWanted: ({ scopes }) => scopes.includes('run'),
    places: outcome.artifacts.filter(isImage).map(({ label, path }) => ({ label, path })),
  });
  const images = Map.groupBy(found.images, ({ label }) => label);
  return {
    packages: found.packages.filter((each) => !isOfImages(each)),
    images: [
      ...[...images].map(([subject, platforms]) => ({
        subject,
        packages: platforms.flatMap(({ packages }) => packages),
        notKnown: platforms.flatMap(({ notKnown }) => notKnown),
      })),
      ...found.imagesNotKnown.map(({ label, why }) => ({ subject: label, packages: [], notKnown: [why] })),
      ...unbuilt.map(({ label }) => ({ subject: label, packages: [], notKnown: ['it could not be built'] })),
    ],
    notKnown: found.notKnown.map(({ subject, why }) => `${subject}: ${why}`),
  };
}

/** An exception for a target that nobody has would never be used. */
function unknownTargets({ graph }: OpenedWorkspace, { exceptions }: QualitySettings): Diagnostic[] {
  return exceptions.flatMap(({ target }): Diagnostic[] => {
    if (!target || graph.targets.has(target.value)) return [];
    return [
      {
        code: 'quality/unknown-target' satisfies QualityCode,
        severity: 'error',
        message: `there is no target ${target.value}`,
        hint: 'write its label: component:ai-core',
        span: target.span,
        cause: 'input',
      },
    ];
  });
}

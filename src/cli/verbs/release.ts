import { basename, join } from 'node:path/posix';
import { counted, type Diagnostic, ok, type Result } from '../../base/index.ts';
import { type BuildOutcome, openWorkspace, readCommit, stampOf } from '../../build/index.ts';
import type { Host } from '../../host/index.ts';
import {
  type BuildFacts,
  changelogText,
  type GateRecord,
  gateWords,
  type History,
  historyOf,
  type IndexedWebApp,
  makeRelease,
  RELEASE_FOLDER,
  type ReleaseDocument,
  type ReleaseFile,
  releaseCopies,
  timestampOf,
} from '../../release/index.ts';
import { type BuiltPlace, builtPlaces, LEDGER_FILE, mismatches, readBuilt } from '../../versions/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import { outcomeJson } from '../outcome-json.ts';
import { readScores } from '../quality/scores.ts';
import { archiver, fileList, nothingBuilt, partsOf } from '../release/archive-files.ts';
import { type FinishedRelease, finishRelease } from '../release/finish-release.ts';
import { type Prepared, prepareRelease } from '../release/preconditions.ts';
import { billsOf } from '../release/release-sbom.ts';
import { webAppsOf } from '../release/web-apps.ts';
import { type ReleasePlan, recordRelease } from '../release-plan.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { type FinishedBuild, runBuild } from '../run-build.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';
import { suffixesIn } from '../version-suffixes.ts';
import { requestOf } from './build.ts';

/** Builds everything with the release's version, then makes its files in `dist/release`, and signs them. */
export const releaseVerb: Verb = async (context) => {
  const { host, reporter, directory } = context;
  const root = findWorkspaceRoot(host.fs, directory);
  const prepared = await prepareRelease(context, root);
  if (!prepared.ok) return refuse(reporter, prepared.failure);
  reporter.diagnostics(prepared.value.warnings);
  const { plan, suffix } = prepared.value;
  const released = await releaseHost(host, root, { ...plan.names, suffix });
  const request = requestOf(context, 'build', ['all']);
  const built = await runBuild({ ...context, host: released }, request, {
    isReported: false,
  });
  const { outcome } = built;
  if (outcome.exitCode !== 0 || root === undefined || !built.facts) return ended(context, outcome);
  if (outcome.artifacts.length === 0) return refuse(reporter, [nothingBuilt()]);
  const paths = outcome.artifacts.map(({ path }) => path);
  const places = builtPlaces(host.fs, root, paths);
  const read = await readBuilt(host.fs, root, places);
  const opened = await openWorkspace({ ...context, host: released, sink: () => {} });
  const graph = opened.value?.graph;
  const suffixes = graph && suffixesIn(graph, outcome.artifacts);
  const wrong = mismatches(read, plan.names, suffixes);
  if (wrong.length > 0) return notReleased(context, outcome, wrong);
  const webApps = graph ? webAppsOf(host.fs, { root, graph, outcome }) : [];
  const made = await make({ ...context, host: released }, root, {
    prepared: prepared.value,
    built,
    places,
    webApps,
  });
  if (!made.ok) return notReleased(context, outcome, made.failure);
  const isRecorded = suffix === '' && plan.commit !== undefined;
  const lost = isRecorded ? record(context, root, plan, built.facts.commitTime) : [];
  if (lost.length > 0) return refuse(reporter, lost);
  // Only now it is one.
  await built.amend({ verb: 'release', scores: readScores(host.fs, root, built.facts.commit) });
  report(context, { prepared: prepared.value, outcome, read, isRecorded, ...made.value });
  return 0;
};

interface Made extends FinishedRelease {
  readonly made: readonly ReleaseFile[];
  readonly hasChangelog: boolean;
}

interface MakeInput {
  readonly prepared: Prepared;
  readonly built: FinishedBuild;
  readonly places: readonly BuiltPlace[];
  readonly webApps: readonly IndexedWebApp[];
}

async function make(
  context: VerbContext,
  root: string,
  { prepared, built, places, webApps }: MakeInput,
): Promise<Result<Made, readonly Diagnostic[]>> {
  const { host, positionals } = context;
  const { outcome } = built;
  const facts = built.facts!;
  const { names } = prepared.plan;
  const parts = partsOf(outcome);
  const history = await historyBefore(context, root, prepared.plan);
  const bills = await billsOf(context, {
    root,
    version: facts.version,
    commitTime: facts.commitTime,
    outcome,
  });
  if (!bills.ok) return bills;
  const made = await makeRelease({
    fs: host.fs,
    root,
    facts,
    ...parts,
    notes: positionals[1],
    documents: [...(history ? [changelog(history, { facts, gates: prepared.gates })] : []), ...bills.value],
    copies: releaseCopies(filesOf(places), facts.version),
    archive: archiver(host, root),
  });
  const { keys, gates } = prepared;
  const input = { root, facts, names, outcome, files: made, webApps, gates, keys };
  const finished = await finishRelease(context, input);
  if (!finished.ok) return finished;
  return ok({ ...finished.value, made, hasChangelog: history !== undefined });
}

function filesOf(places: readonly BuiltPlace[]): string[] {
  return places.filter(({ type }) => type === 'file').map(({ path }) => path);
}

/** Of the same channel or another: a changelog tells what is new for whoever has the release before. */
function historyBefore({ host }: VerbContext, root: string, { ledger, names }: ReleasePlan) {
  const earlier = ledger.releases.filter(({ version }) => version !== names.version).toReversed();
  const { processes, env } = host;
  return historyOf({ processes, variables: env.variables, root }, earlier);
}

function changelog(
  history: History,
  { facts, gates }: { readonly facts: BuildFacts; readonly gates: GateRecord },
): ReleaseDocument {
  const { version, commitTime } = facts;
  const timestamp = timestampOf(commitTime);
  const text = changelogText({ version, timestamp, ...history, gates: gateWords(gates) });
  return { suffix: '-changelog.md', kind: 'changelog', text };
}

interface Reported extends Made {
  readonly prepared: Prepared;
  readonly outcome: BuildOutcome;
  readonly read: Awaited<ReturnType<typeof readBuilt>>;
  readonly isRecorded: boolean;
}

function report({ reporter }: VerbContext, released: Reported): void {
  const { prepared, outcome, read, isRecorded, made, files, images, signed } = released;
  const { names } = prepared.plan;
  if (reporter.isJson) {
    const signatures = signed.map(({ signature, format, keyId }) => {
      return { path: join(RELEASE_FOLDER, basename(signature)), format, keyId };
    });
    const all = { files: made, documents: files, images, signatures, gates: prepared.gates };
    reporter.json({
      ...outcomeJson(outcome),
      release: { ...names, isRecorded, proofs: read.versions, ...all },
    });
  } else reporter.result(fileList(made, reporter.columns));
  const proven = new Set(read.versions.map(({ path }) => path));
  reporter.note(
    proven.size === 0
      ? `no built file says its version, so that ${names.version} was compared with none`
      : `${names.version} was read in ${counted(proven.size, 'built file')}`,
  );
  for (const line of unsaid(released)) reporter.note(line);
  if (!isRecorded)
    reporter.note('not in the ledger of versions: it was made with changes that are not committed');
}

/** What a release is without, and what is known of it. */
function unsaid({ prepared, signed, images, hasChangelog }: Reported): string[] {
  const { gates } = prepared;
  const keys = new Set(signed.map(({ format, keyId }) => `${format} ${keyId}`));
  return [
    keys.size > 0
      ? `${counted(signed.length, 'signature')} by ${[...keys].join(' and ')}`
      : 'not signed: no key was named (--key, --gpg-key, SIGNING_KEY)',
    ...(keys.size > 0 && images.length > 0 && !signed.some(({ format }) => format === 'sigstore')
      ? ['the images are not signed: only a key in PEM signs images']
      : []),
    ...(hasChangelog ? [] : ['no changelog: git does not know the history, or it was cut off']),
    ...gateWords(gates),
  ];
}

/** What was built is not what was to be released. */
function notReleased(
  { reporter }: VerbContext,
  outcome: BuildOutcome,
  wrong: readonly Diagnostic[],
): ExitCode {
  const { diagnostics, ...built } = outcomeJson(outcome);
  if (reporter.isJson)
    reporter.json({ ...built, exitCode: 1, diagnostics: [...diagnostics, ...diagnosticsJson(wrong)] });
  reporter.diagnostics(wrong);
  return 1;
}

/** What a release of a commit leaves for those that come after it. */
function record(
  { host, reporter }: VerbContext,
  root: string,
  { names, commit = '', isRepeated }: ReleasePlan,
  commitTime: number,
): readonly Diagnostic[] {
  if (isRepeated) return [];
  const problems = recordRelease(host, root, { names, commit, time: timestampOf(commitTime) });
  if (problems.length === 0) reporter.note(`${names.version} stands in ${LEDGER_FILE} now: commit it`);
  return problems;
}

function ended({ reporter }: VerbContext, outcome: BuildOutcome): ExitCode {
  if (reporter.isJson) reporter.json(outcomeJson(outcome));
  return outcome.exitCode;
}

/** The machine with the release's variables set, as the document's scripts set them. */
async function releaseHost(
  host: Host,
  root: string | undefined,
  { version, number, suffix }: { readonly version: string; readonly number: number; readonly suffix: string },
): Promise<Host> {
  const given = host.env.variables;
  const variables: Record<string, string> = {
    ...given,
    BUILD_VERSION: version,
    BUILD_NUMBER: String(number),
  };
  const versioned = { ...host, env: { ...host.env, variables } };
  if (suffix === '' || root === undefined) return versioned;
  const { fs, processes } = host;
  const { buildId } = stampOf(variables, version, await readCommit({ fs, processes, variables, root }));
  return { ...host, env: { ...host.env, variables: { ...variables, BUILD_ID: `${buildId}${suffix}` } } };
}

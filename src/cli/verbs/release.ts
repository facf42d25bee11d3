import { relative } from 'node:path/posix';
import { counted, type Diagnostic, formatSizeBytes, InternalError } from '../../base/index.ts';
import { type BuildOutcome, openWorkspace, readCommit, stampOf } from '../../build/index.ts';
import type { Host } from '../../host/index.ts';
import { makeRelease, type ReleaseFile, timestampOf, uncommittedPaths } from '../../release/index.ts';
import { dispatch, TOOL_VERSIONS } from '../../tools/index.ts';
import { LEDGER_FILE, mismatches, readBuilt } from '../../versions/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { outcomeJson } from '../outcome-json.ts';
import { planRelease, type ReleasePlan, recordRelease } from '../release-plan.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { runBuild } from '../run-build.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';
import { suffixesIn } from '../version-suffixes.ts';
import { requestOf } from './build.ts';

/** Builds everything with the release's version, then makes its files in `dist/release`. */
export const releaseVerb: Verb = async (context) => {
  const { host, reporter, positionals, directory } = context;
  const root = findWorkspaceRoot(host.fs, directory);
  const channel = context.flags.text('channel');
  const plan = await planRelease({ host, root, version: positionals[0]!, channel });
  if (!plan.ok) return refuse(reporter, plan.failure);
  const { names, refusals } = plan.value;
  if (refusals.length > 0) return refuse(reporter, refusals);
  const suffix = root === undefined ? '' : await dirtySuffix(context, root);
  if (typeof suffix !== 'string') return refuse(reporter, [suffix]);
  const released = await releaseHost(host, root, { ...names, suffix });
  const { outcome, facts } = await runBuild(
    { ...context, host: released },
    requestOf(context, 'build', ['all']),
    { isReported: false, verb: 'release' },
  );
  if (outcome.exitCode !== 0 || root === undefined || !facts) return ended(context, outcome);
  if (outcome.artifacts.length === 0) return refuse(reporter, [nothingBuilt()]);
  const paths = outcome.artifacts.map(({ path }) => path);
  const read = await readBuilt(host.fs, root, paths);
  const opened = await openWorkspace({ ...context, host: released, sink: () => {} });
  const suffixes = opened.value && suffixesIn(opened.value.graph, outcome.artifacts);
  const wrong = mismatches(read, names, suffixes);
  if (wrong.length > 0) return notReleased(context, outcome, wrong);
  const files = await makeRelease({
    fs: host.fs,
    root,
    facts,
    artifacts: paths,
    scripts: outcome.artifacts.find(({ label, type }) => label === 'scripts' && type === 'tarball')?.path,
    containers: containersOf(outcome),
    notes: positionals[1],
    archive: archiver(released, root),
  });
  const isRecorded = suffix === '' && plan.value.commit !== undefined;
  const lost = isRecorded ? record(context, root, plan.value, facts.commitTime) : [];
  if (lost.length > 0) return refuse(reporter, lost);
  if (reporter.isJson)
    reporter.json({
      ...outcomeJson(outcome),
      release: { ...names, isRecorded, proofs: read.versions, files },
    });
  else reporter.result(fileList(files));
  const proven = new Set(read.versions.map(({ path }) => path));
  reporter.note(`${names.version} was read in ${counted(proven.size, 'built file')}`);
  if (!isRecorded)
    reporter.note('not in the ledger of versions: it was made with changes that are not committed');
  return 0;
};

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

function problem(code: CliCode, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'input' };
}

function nothingBuilt(): Diagnostic {
  return problem('cli/nothing-to-release', 'the build made no artifacts', 'declare `artifacts` in a target');
}

const SHOWN_PATHS = 10;

/** What is added to the build id; a diagnostic where the tree has to be committed first. */
async function dirtySuffix({ host, flags }: VerbContext, root: string): Promise<string | Diagnostic> {
  const { processes, env } = host;
  const paths = await uncommittedPaths({ processes, variables: env.variables, root, except: [LEDGER_FILE] });
  if (paths?.length === 0) return '';
  if (flags.has('allow-dirty')) return '-dirty';
  const listed = paths?.slice(0, SHOWN_PATHS).join(', ');
  const more = (paths?.length ?? 0) > SHOWN_PATHS ? ` and ${paths!.length - SHOWN_PATHS} more` : '';
  const message = paths ? `not committed: ${listed}${more}` : 'there is no commit to release';
  return problem('cli/dirty-tree', message, 'commit first, or add --allow-dirty');
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

function containersOf(outcome: BuildOutcome): string[] {
  const { registry = '', imagePrefix = '', version = '' } = outcome.identity ?? {};
  const images = outcome.targets.filter(({ label }) => label.startsWith('image:'));
  return images.map(({ label }) => `${registry}/${imagePrefix}${label.slice('image:'.length)}:${version}`);
}

function archiver(
  { fs, env }: Host,
  root: string,
): (folder: string, out: string, time: number) => Promise<void> {
  return async (folder, out, time) => {
    const argv = [
      'archive',
      `v${TOOL_VERSIONS.archive}`,
      '--format',
      'tar.gz',
      '--out',
      out,
      '--time',
      `${time}`,
    ];
    const temporaryDirectory = `${env.temporaryDirectory}/mobileops-release-${env.pid}`;
    const result = await dispatch([...argv, folder], { fs, workingDirectory: root, temporaryDirectory });
    if (!result.ok) throw new InternalError(`archive ${relative(root, out)}: ${result.failure.message}`);
  };
}

function fileList(files: readonly ReleaseFile[]): string {
  const width = Math.max(...files.map(({ path }) => path.length));
  return files
    .map(
      ({ path, sizeBytes, sha256 }) =>
        `${path.padEnd(width)}  ${sha256.slice(0, 12)}  ${formatSizeBytes(sizeBytes)}`,
    )
    .join('\n');
}

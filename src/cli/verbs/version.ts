import { counted, type Diagnostic } from '../../base/index.ts';
import { openWorkspace } from '../../build/index.ts';
import { LEDGER_FILE, ledgerProblems, parseLedger, type VersionNames } from '../../versions/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import { ledgerText, planRelease } from '../release-plan.ts';
import { diagnosticsJson, exitCodeOf, refuse } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** What a version is called by whom, and whether it is free. */
export const versionShowVerb: Verb = async (context) => {
  const { host, reporter, directory, flags } = context;
  const root = findWorkspaceRoot(host.fs, directory);
  const version = context.positionals[0] ?? host.env.variables.BUILD_VERSION ?? (await ownVersion(context));
  if (typeof version !== 'string') return refuse(reporter, version);
  const plan = await planRelease({ host, root, version, channel: flags.text('channel') });
  if (!plan.ok) return refuse(reporter, plan.failure);
  const { names, refusals, isRepeated } = plan.value;
  const isFree = refusals.length === 0;
  if (reporter.isJson)
    reporter.json({
      exitCode: 0,
      ...names,
      isFree,
      isReleased: isRepeated,
      diagnostics: diagnosticsJson(refusals),
    });
  else {
    const [why] = refusals;
    const state = isRepeated ? 'released from this commit' : (why?.message ?? 'free');
    reporter.result(namesText(names, state));
  }
  return 0;
};

/** That of build-config.yaml. */
async function ownVersion(context: VerbContext): Promise<string | readonly Diagnostic[]> {
  const { value, diagnostics } = await openWorkspace({ ...context, sink: () => {} });
  return value ? value.workspace.configuration.version : diagnostics;
}

function namesText(names: VersionNames, state: string): string {
  const rows: readonly (readonly [string, string])[] = [
    ['version', names.version],
    ['channel', names.channel],
    ['npm', names.npm],
    ['wheel', names.wheel ?? 'none: PEP 440 has no such prerelease'],
    ['image tag', names.imageTag],
    ['versionName', names.versionName],
    ['versionCode', String(names.versionCode)],
    ['CFBundleShortVersionString', names.shortVersion],
    ['CFBundleVersion', names.bundleVersion],
    ['release', state],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** Whether the ledger can be read and no two of its releases contradict each other. */
export const versionCheckVerb: Verb = async ({ host, reporter, directory }) => {
  const root = findWorkspaceRoot(host.fs, directory);
  const ledger = parseLedger(root === undefined ? undefined : ledgerText(host, root));
  if (!ledger.ok) return refuse(reporter, [ledger.failure]);
  const { releases } = ledger.value;
  const problems = ledgerProblems(ledger.value);
  const exitCode = exitCodeOf(problems);
  const known = releases.map(({ parsed: _, ...release }) => release);
  if (reporter.isJson) reporter.json({ exitCode, releases: known, diagnostics: diagnosticsJson(problems) });
  else if (exitCode === 0)
    reporter.result(`${LEDGER_FILE}: ${counted(releases.length, 'release')}, none against another`);
  reporter.diagnostics(problems);
  return exitCode;
};

import { counted, type Diagnostic, parseLabel } from '../../base/index.ts';
import { type BuildOutcome, type BuildRequest, openWorkspace } from '../../build/index.ts';
import type { EventSink } from '../../event/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { outcomeJson } from '../outcome-json.ts';
import { diagnosticsJson, exitCodeOf, refuse } from '../report/reporter.ts';
import { runBuild } from '../run-build.ts';
import { TEST_REPORTS, writeTestReports } from '../test-reports.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

export const buildVerb: Verb = async (context) => {
  const { outcome } = await runBuild(context, requestOf(context, 'build', targetsOf(context)));
  return withBills(context, outcome);
};

/** Writes the bills that `--sbom` asks for, once all is built. */
async function withBills(context: VerbContext, outcome: BuildOutcome): Promise<ExitCode> {
  if (outcome.exitCode !== 0 || context.flags.text('sbom') === undefined) return outcome.exitCode;
  const { writeBills } = await import('../artifact-bills.ts');
  return writeBills(context, outcome.artifacts);
}

export const testVerb: Verb = async (context) => {
  const category = context.flags.text('category');
  const request = requestOf(context, 'test', targetsOf(context));
  const { outcome } = await runBuild(
    context,
    category === undefined ? request : { ...request, categories: [category] },
    { after: (built, sink) => withDevices(context, built, sink) },
  );
  const root = findWorkspaceRoot(context.host.fs, context.directory);
  const written = root === undefined ? 0 : writeTestReports(context.host.fs, root, outcome.tests);
  if (written > 0 && !context.reporter.isJson)
    context.reporter.note(`${counted(written, 'JUnit report')} in ${TEST_REPORTS}/`);
  return outcome.exitCode;
};

/** Runs what is left for devices, where something is. */
async function withDevices(
  context: VerbContext,
  outcome: BuildOutcome,
  sink: EventSink,
): Promise<BuildOutcome> {
  if (!outcome.deviceTests) return outcome;
  const { testOnDevices } = await import('../test-on-devices.ts');
  return testOnDevices(context, outcome, sink);
}

/** `build` of images, and their push to the registry: a bare name means the image of that name. */
export const imagesVerb: Verb = async (context) => {
  const names = context.positionals;
  const targets = names.map((name) => (name === 'all' || name.includes(':') ? name : `image:${name}`));
  const others = targets.filter((label) => (parseLabel(label)?.kind ?? 'image') !== 'image');
  if (others.length > 0) return refuse(context.reporter, others.map(notAnImage));
  const wanted = names.length === 0 || names.includes('all') ? await allImages(context) : targets;
  if (wanted.length === 0) context.reporter.note('there are no images in this workspace');
  const { flags, host, reporter } = context;
  const isPush = flags.has('push') || host.env.variables.PUSH_IMAGES === 'true';
  const { outcome } = await runBuild(context, requestOf(context, 'build', wanted), {
    isReported: !isPush,
    verb: 'images',
  });
  const billed = await withBills(context, outcome);
  if (billed !== outcome.exitCode) return billed;
  const root = findWorkspaceRoot(host.fs, context.directory);
  if (!isPush || outcome.exitCode !== 0 || root === undefined) {
    if (isPush && reporter.isJson) reporter.json(outcomeJson(outcome));
    return outcome.exitCode;
  }
  const { pushImages } = await import('../push-images.ts');
  const built = wanted.map((label) => label.slice('image:'.length));
  const { pushed, diagnostics } = await pushImages(context, root, built);
  reporter.diagnostics(diagnostics);
  const exitCode = context.signal.aborted ? 130 : exitCodeOf(diagnostics);
  if (reporter.isJson) {
    const all = [...outcomeJson(outcome).diagnostics, ...diagnosticsJson(diagnostics)];
    reporter.json({ ...outcomeJson(outcome), exitCode, diagnostics: all, pushed });
  }
  return exitCode;
};

function notAnImage(label: string): Diagnostic {
  const code: CliCode = 'cli/extra-argument';
  const message = `${label} is no image`;
  return { code, severity: 'error', message, hint: `mobileops build ${label} builds it`, cause: 'input' };
}

async function allImages({ host, program, signal, directory }: VerbContext): Promise<string[]> {
  const opened = await openWorkspace({ host, program, signal, directory, sink: () => {} });
  const targets = [...(opened.value?.graph.targets ?? [])];
  return targets.filter(([, { label }]) => label.kind === 'image').map(([label]) => label);
}

function targetsOf({ positionals }: VerbContext): readonly string[] {
  return positionals.length === 0 ? ['all'] : positionals;
}

export function requestOf(
  { flags }: VerbContext,
  mode: BuildRequest['mode'],
  targets: readonly string[],
): BuildRequest {
  const jobs = flags.number('jobs');
  const timeoutMs = flags.number('timeout');
  return {
    targets,
    mode,
    keepGoing: flags.has('keep-going'),
    ...(jobs === undefined ? {} : { jobs }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

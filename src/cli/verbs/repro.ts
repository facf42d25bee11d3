import { join, resolve } from 'node:path/posix';
import { cleanText, type Diagnostic, hasErrors, type Result } from '../../base/index.ts';
import { cacheFolder, Explanations, openStore, SHIFTED_CLOCK } from '../../build/index.ts';
import { keyStorePaths } from '../../config/index.ts';
import { LOCK_FILE } from '../../dependencies/index.ts';
import {
  type ReproFailure,
  type ReproReport,
  readRepository,
  reproduce,
  reproSummary,
  reproText,
} from '../../repro/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { isFolder } from '../places.ts';
import { prepareTargets, type ReadyTargets } from '../prepare-targets.ts';
import { diagnosticsJson, exitCodeOf, refuse } from '../report/reporter.ts';
import { newReproFolder, newSecondFolder, removeReproFolder } from '../repro-folders.ts';
import { ReproProgress } from '../repro-progress.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

/** Long enough for the times in a zip to differ, which are even seconds. */
const APART_MS = 3000;
/** What running steps again may take, all of them together. */
const AGAIN_MS = 120_000;

/** Builds targets twice under different conditions, from nothing, and says what differs and why. */
export const reproVerb: Verb = async (context) => {
  const { reporter, positionals } = context;
  const { targets, diagnostics } = await prepareTargets(context, { words: positionals, mode: 'build' });
  if (context.signal.aborted) return 130;
  if (!targets || hasErrors(diagnostics)) return refuse(reporter, diagnostics);
  const secondIn = context.flags.text('second-in');
  const below = secondIn === undefined ? undefined : resolve(context.host.env.workingDirectory, secondIn);
  if (below !== undefined && isFolder(context.host.fs, below) !== true)
    return refuse(reporter, [noFolder(below)]);
  const isKept = context.flags.has('keep');
  const folder = await newReproFolder(context, isKept);
  const secondFolder = below === undefined ? undefined : newSecondFolder(context, below);
  try {
    const done = await run(context, { folder, secondFolder, isKept, targets });
    if (!done.ok) return tellFailure(context, done.failure);
    return tell(context, done.value, diagnostics);
  } finally {
    for (const each of isKept ? [] : [folder, secondFolder])
      if (each !== undefined) await removeReproFolder(context, each);
  }
};

function noFolder(path: string): Diagnostic {
  const code: CliCode = 'cli/no-directory';
  return {
    code,
    severity: 'error',
    message: 'this folder is not there',
    hint: 'check --second-in',
    path,
    cause: 'input',
  };
}

interface Run {
  readonly folder: string;
  readonly secondFolder: string | undefined;
  readonly isKept: boolean;
  readonly targets: ReadyTargets;
}

async function run(
  context: VerbContext,
  { folder, secondFolder, isKept, targets }: Run,
): Promise<Result<ReproReport, ReproFailure>> {
  const { host, program, flags, signal } = context;
  const { root } = targets.opened;
  const repository = await readRepository(host, root);
  const store = openStore(host);
  using _ = store.use();
  using progress = new ReproProgress(context);
  return reproduce({
    host,
    program: [host.env.nodePath, program.entry],
    folder,
    secondFolder,
    targets: targets.selected,
    sources: { root, repository, paths: targets.sources.paths(''), others: unlistedFiles(targets) },
    provisions: { cas: store.cas, folder: cacheFolder(host), locked: targets.locked },
    apartMs: flags.number('apart') ?? APART_MS,
    isKept,
    budgetMs: AGAIN_MS,
    listener: progress,
    clock: { source: program.clock, name: SHIFTED_CLOCK },
    recordOf: (workspace, label, id) =>
      new Explanations(host.fs, workspace).of(label).actions.find((action) => action.id === id)?.record,
    signal,
  });
}

/** Files that a build reads though git may ignore them. */
function unlistedFiles({ opened, chosen }: ReadyTargets): string[] {
  const { python, node } = opened.workspace.configuration.dependencies;
  const stores = chosen.flatMap((label) => {
    const target = opened.graph.targets.get(label)!;
    const android = 'android' in target.spec ? target.spec.android : undefined;
    return android ? keyStorePaths(android).map((path) => join(target.directory, path)) : [];
  });
  return [LOCK_FILE, ...[...python, ...node].map(({ value }) => value), ...stores];
}

function tell({ reporter }: VerbContext, report: ReproReport, diagnostics: readonly Diagnostic[]): ExitCode {
  const exitCode = report.isReproducible ? 0 : 1;
  if (reporter.isJson) reporter.json({ exitCode, ...report, diagnostics: diagnosticsJson(diagnostics) });
  else reporter.result(cleanText(reporter.isQuiet ? reproSummary(report) : reproText(report), false));
  reporter.diagnostics(diagnostics);
  return exitCode;
}

function tellFailure({ reporter, signal }: VerbContext, failure: ReproFailure): ExitCode {
  if (failure.kind === 'interrupted' || signal.aborted) return 130;
  const diagnostics = diagnosticsOf(failure);
  const built = failure.kind === 'build' ? failure.build.exitCode : undefined;
  const exitCode = built === 1 || built === 2 || built === 3 ? built : exitCodeOf(diagnostics);
  if (reporter.isJson) reporter.json({ exitCode, diagnostics: diagnosticsJson(diagnostics) });
  reporter.diagnostics(diagnostics);
  return exitCode as ExitCode;
}

function diagnosticsOf(failure: Exclude<ReproFailure, { kind: 'interrupted' }>): Diagnostic[] {
  const code: CliCode = 'cli/no-second-build';
  if (failure.kind === 'image') return [failure.diagnostic];
  if (failure.kind === 'copy')
    return [
      {
        code,
        severity: 'error',
        message: `the sources could not be copied: ${failure.message}`,
        cause: 'input',
      },
    ];
  const { build, builder } = failure;
  const problems = (build.document?.diagnostics ?? []) as unknown as readonly Diagnostic[];
  const failed =
    build.document?.targets.filter(({ status }) => status === 'failed').map(({ label }) => label) ?? [];
  const what = failed.length > 0 ? `: ${failed.join(', ')} failed` : '';
  const message = `the ${builder.name} build came to no end that could be compared${what}`;
  const hint = hintOf(builder.name, build);
  return [...problems, { code, severity: 'error', message, hint, cause: 'input' }];
}

type BuildFailure = Extract<ReproFailure, { kind: 'build' }>;

function hintOf(name: 'first' | 'second', { document, errors }: BuildFailure['build']): string {
  if (!document) return errors.trim().slice(-2000) || 'its process was ended';
  if (name === 'first') return 'mobileops build shows the same, and its whole output';
  return 'the first build went well with the same sources, so it depends on what was varied: processors, jobs, folder, home, user, umask, time zone, language, environment, order of files, or the time';
}

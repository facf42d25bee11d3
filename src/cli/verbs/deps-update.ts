import { type Checked, type Diagnostic, hasErrors } from '../../base/index.ts';
import { sourceChangeOf } from '../../build/index.ts';
import { hasName, LOCK_FILE, type Renewal } from '../../dependencies/index.ts';
import type { Package } from '../../packages/index.ts';
import { openPackages } from '../deps/open-dependencies.ts';
import { unknownPackage } from '../deps/unknown-package.ts';
import { update } from '../deps/update.ts';
import type { Update } from '../deps/update-outcome.ts';
import { updateJson, updateText, writtenFiles } from '../deps/update-report.ts';
import type { CliCode } from '../diagnostics.ts';
import { diagnosticsJson, exitCodeOf, failedCodeOf, refuse } from '../report/reporter.ts';
import { showPreparation } from '../show-preparation.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Takes newer versions into the lock; requirement files stay as they are unless `--write` raises what they hold. */
export const depsUpdateVerb: Verb = async (context) => {
  const { reporter, signal, flags } = context;
  const packages = await renewedPackages(context);
  const refused = [...exclusiveFlags(context), ...packages.diagnostics];
  if (hasErrors(refused)) return refuse(reporter, refused);
  const shown = showPreparation(context);
  const done: Checked<Update | undefined> = await update(context, {
    ...{ sink: shown.sink, renewal: renewalOf(packages.value, context) },
  })
    .catch((error: unknown) => ({ value: undefined, diagnostics: [sourceChangeOf(error)] }))
    .finally(shown.close);
  const { value, diagnostics } = done;
  const isGate = flags.has('security') && value !== undefined;
  const exitCode = signal.aborted ? 130 : isGate ? failedCodeOf(diagnostics) : exitCodeOf(diagnostics);
  if (reporter.isJson)
    reporter.json({ exitCode, ...updateJson(value), diagnostics: diagnosticsJson(diagnostics) });
  else if (value) reporter.result(updateText(value, reporter.columns));
  reporter.diagnostics(diagnostics);
  if (value?.isWritten && !flags.has('dry-run')) reporter.note(`wrote ${writtenFiles(value, LOCK_FILE)}`);
  return exitCode;
};

function renewalOf(packages: Renewal['packages'], { flags, host }: VerbContext): Renewal {
  const named = packages === undefined ? {} : { packages };
  const cooldownMs = flags.number('cooldown');
  if (cooldownMs === undefined) return named;
  // Whole hours, so that two runs one after the other ask the same.
  const hour = 3_600_000;
  const before = Math.floor((host.clock.now() - cooldownMs) / hour) * hour;
  return { ...named, publishedBefore: new Date(before).toISOString() };
}

/** What is written into files is one version, of which not every client tells the age. */
function exclusiveFlags({ flags }: VerbContext): readonly Diagnostic[] {
  const code: CliCode = 'cli/exclusive-flags';
  const problem = (message: string, hint: string): Diagnostic => ({
    ...{ code, severity: 'error', message, hint, cause: 'input' },
  });
  return [
    ...(flags.has('write') && flags.number('cooldown') !== undefined
      ? [problem('--write and --cooldown exclude each other', 'not every index tells how old a version is')]
      : []),
    ...['max-age', 'database']
      .filter((name) => !flags.has('security') && flags.has(name))
      .map((name) => problem(`--${name} belongs to --security`, 'only then advisories are read')),
  ];
}

/** What is named, as the lock has it; `undefined` stands for all. */
async function renewedPackages(context: VerbContext): Promise<Checked<Renewal['packages']>> {
  if (context.positionals.length === 0) return { value: undefined, diagnostics: [] };
  const opened = await openPackages(context);
  if (!opened.value) return { value: undefined, diagnostics: opened.diagnostics };
  const { packages } = opened.value;
  const renewed: Package[] = [];
  const unknown: Diagnostic[] = [];
  for (const word of context.positionals) {
    const found = packages.packages.filter((each) => hasName(each, word));
    renewed.push(...found);
    if (found.length === 0) unknown.push(unknownPackage(word, packages, HOW_TO_NAME));
  }
  return { value: renewed, diagnostics: unknown };
}

const HOW_TO_NAME = 'name it without a version, as its ecosystem does, or by its purl: `pkg:npm/react`';

import type { Checked, Diagnostic } from '../../base/index.ts';
import { sourceChangeOf } from '../../build/index.ts';
import { hasName, LOCK_FILE, type LockChange, lockChanges, type Renewal } from '../../dependencies/index.ts';
import { openPackages } from '../deps/open-dependencies.ts';
import { type Relocked, relock } from '../deps/relock.ts';
import { unknownPackage } from '../deps/unknown-package.ts';
import { diagnosticsJson, exitCodeOf, refuse } from '../report/reporter.ts';
import { showPreparation } from '../show-preparation.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Takes newer versions into the lock, within what the requirement files allow; those files stay as they are. */
export const depsUpdateVerb: Verb = async (context) => {
  const { reporter, signal, flags } = context;
  const names = await renewedNames(context);
  if (names.diagnostics.length > 0) return refuse(reporter, names.diagnostics);
  const isDryRun = flags.has('dry-run');
  const shown = showPreparation(context);
  const done: { value: Relocked | undefined; diagnostics: readonly Diagnostic[] } = await relock(context, {
    ...{ sink: shown.sink, renewal: renewalOf(names.value, context), isDryRun },
  })
    .catch((error: unknown) => ({ value: undefined, diagnostics: [sourceChangeOf(error)] }))
    .finally(shown.close);
  const { value, diagnostics } = done;
  const exitCode = signal.aborted ? 130 : exitCodeOf(diagnostics);
  const changes = value?.before ? lockChanges(value.before, value.after) : [];
  if (reporter.isJson) reporter.json({ exitCode, changes, diagnostics: diagnosticsJson(diagnostics) });
  else if (exitCode === 0) reporter.result(changesText(changes));
  reporter.diagnostics(diagnostics);
  if (exitCode === 0 && !isDryRun) reporter.note(`wrote ${LOCK_FILE}`);
  return exitCode;
};

function renewalOf(names: readonly string[] | undefined, { flags, host }: VerbContext): Renewal {
  const named = names === undefined ? {} : { names };
  const cooldownMs = flags.number('cooldown');
  if (cooldownMs === undefined) return named;
  // Whole hours, so that two runs one after the other ask the same.
  const hour = 3_600_000;
  const before = Math.floor((host.clock.now() - cooldownMs) / hour) * hour;
  return { ...named, publishedBefore: new Date(before).toISOString() };
}

/** What is named, by the names that the lock has; `undefined` stands for all. */
async function renewedNames(context: VerbContext): Promise<Checked<readonly string[] | undefined>> {
  if (context.positionals.length === 0) return { value: undefined, diagnostics: [] };
  const opened = await openPackages(context);
  if (!opened.value) return { value: undefined, diagnostics: opened.diagnostics };
  const { packages } = opened.value;
  const names = new Set<string>();
  const unknown: Diagnostic[] = [];
  for (const word of context.positionals) {
    const found = packages.packages.filter((each) => hasName(each, word));
    for (const { name } of found) names.add(name);
    if (found.length === 0) unknown.push(unknownPackage(word, packages, HOW_TO_NAME));
  }
  return { value: [...names], diagnostics: unknown };
}

const HOW_TO_NAME = 'name it without a version, as its ecosystem does';

function changesText(changes: readonly LockChange[]): string {
  if (changes.length === 0) return 'nothing changes';
  return changes
    .map(({ ecosystem, name, from, to }) => {
      const what =
        from.length === 0
          ? `new ${to.join(', ')}`
          : to.length === 0
            ? `gone (${from.join(', ')})`
            : `${from.join(', ')} -> ${to.join(', ')}`;
      return `${ecosystem} ${name} ${what}`;
    })
    .join('\n');
}

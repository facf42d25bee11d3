import { type Diagnostic, nearest } from '../../base/index.ts';
import { sourceChangeOf } from '../../build/index.ts';
import {
  LOCK_FILE,
  type LockChange,
  lockChanges,
  packagesNamed,
  type Renewal,
} from '../../dependencies/index.ts';
import { openPackages } from '../deps/open-dependencies.ts';
import { type Relocked, relock } from '../deps/relock.ts';
import type { CliCode } from '../diagnostics.ts';
import { diagnosticsJson, exitCodeOf, refuse } from '../report/reporter.ts';
import { showPreparation } from '../show-preparation.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Takes newer versions into the lock, within what the requirement files allow; those files stay as they are. */
export const depsUpdateVerb: Verb = async (context) => {
  const { reporter, signal, flags } = context;
  const unknown = await unknownPackages(context);
  if (unknown.length > 0) return refuse(reporter, unknown);
  const isDryRun = flags.has('dry-run');
  const shown = showPreparation(context);
  const done: { value: Relocked | undefined; diagnostics: readonly Diagnostic[] } = await relock(context, {
    ...{ sink: shown.sink, renewal: renewalOf(context), isDryRun },
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

function renewalOf({ positionals, flags, host }: VerbContext): Renewal {
  const names = positionals.length === 0 ? {} : { names: positionals };
  const cooldownMs = flags.number('cooldown');
  if (cooldownMs === undefined) return names;
  // Whole hours, so that two runs one after the other ask the same.
  const hour = 3_600_000;
  const before = Math.floor((host.clock.now() - cooldownMs) / hour) * hour;
  return { ...names, publishedBefore: new Date(before).toISOString() };
}

async function unknownPackages(context: VerbContext): Promise<readonly Diagnostic[]> {
  if (context.positionals.length === 0) return [];
  const opened = await openPackages(context);
  if (!opened.value) return opened.diagnostics;
  const { packages } = opened.value;
  const names = [...new Set(packages.packages.map(({ name }) => name))];
  const code: CliCode = 'cli/unknown-package';
  return context.positionals
    .filter(
      (name) => !packagesNamed(packages, name).some((each) => each.name === name || !name.includes('@', 1)),
    )
    .map((name): Diagnostic => {
      const alike = nearest(name, names);
      const hint =
        alike === undefined ? 'name it without a version, as its ecosystem does' : `did you mean '${alike}'?`;
      return { code, severity: 'error', message: `the lock has no package '${name}'`, hint };
    });
}

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

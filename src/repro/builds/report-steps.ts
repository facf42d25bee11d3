import type { Cas } from '../../cas/index.ts';
import { explain } from '../causes/explain.ts';
import { compareOutputs } from '../contents/compare-outputs.ts';
import type { Consequences } from '../contents/consequences.ts';
import type { Difference, Sides } from '../model.ts';
import { proven } from '../proof.ts';
import type { StepReport } from '../report.ts';
import type { Builder } from './builder.ts';
import type { ActionPair, BuiltAction, ComparedActions } from './built-actions.ts';
import { experiment } from './experiments.ts';
import { inputChanges } from './input-changes.ts';
import type { ReproOptions } from './options.ts';

export interface StepsOptions extends ReproOptions {
  readonly builders: readonly [Builder, Builder];
  readonly sides: Sides;
  /** What is known of artifacts that differ. */
  readonly consequences: Consequences;
  readonly compared: ComparedActions;
  readonly cas: { readonly a: Cas; readonly b: Cas };
}

/** More steps than these are not run again: the first ones are where it begins. */
const MAX_EXPERIMENTS = 8;

export interface StepReports {
  /** Where it begins, and what running them again shows. */
  readonly steps: readonly StepReport[];
  /** Steps that were given other inputs, and wrote the same again from the same ones: what differs in them follows. */
  readonly innocent: readonly StepReport[];
}

export async function reportSteps(options: StepsOptions): Promise<StepReports> {
  const { culprits, followers, ended, single } = options.compared;
  const reports: StepReport[] = [];
  if (culprits.length === 0) {
    // Nothing went into them that another step wrote differently: what they are asked for differs.
    for (const pair of [...followers, ...ended])
      reports.push(
        await reportOf(options, pair, { inputs: 'different', changes: changesOf(options, pair.a) }),
      );
    return { steps: [...reports, ...single.map(reportSingle)], innocent: [] };
  }
  const { clock } = options.host;
  const startedMs = clock.monotonicMs();
  const leftMs = (): number => options.budgetMs - (clock.monotonicMs() - startedMs);
  for (const [index, pair] of culprits.entries()) {
    const budgetMs = index < MAX_EXPERIMENTS ? leftMs() : 0;
    const report = await reportOf(options, pair, { inputs: 'equal', changes: [] });
    reports.push(await runAgain(options, pair, { report, budgetMs }));
  }
  const { steps, innocent } = await reportFollowers(options, reports.length, leftMs);
  return { steps: [...reports, ...steps], innocent };
}

/** Runs the first build's step again, and says of its differences what that has shown. */
async function runAgain(
  options: StepsOptions,
  { a }: ActionPair,
  { report, budgetMs }: { readonly report: StepReport; readonly budgetMs: number },
): Promise<StepReport> {
  const { places, inputs } = report;
  const onRun = options.listener.runningAgain;
  const given = { ...options, places, hasSameInputs: inputs === 'equal', budgetMs, onRun };
  const shown = { ...report, experiments: await experiment(given, a) };
  return { ...shown, differences: report.differences.map((each) => proven(each, [shown])) };
}

/** A step that was given other inputs may be to blame for something of its own as well: it is, if it is not the same from the same. */
async function reportFollowers(
  options: StepsOptions,
  count: number,
  leftMs: () => number,
): Promise<StepReports> {
  const steps: StepReport[] = [];
  const innocent: StepReport[] = [];
  for (const pair of options.compared.followers.slice(0, Math.max(0, MAX_EXPERIMENTS - count))) {
    const changes = ['steps before it left something else, but it would not be the same without that either'];
    const report = await reportOf(options, pair, { inputs: 'different', changes });
    if (!report.differences.some(isOpen)) continue;
    const shown = await runAgain(options, pair, { report, budgetMs: leftMs() });
    if (shown.experiments.some(({ isSame }) => isSame === false)) steps.push(shown);
    else if (shown.experiments.some(({ isSame }) => isSame)) innocent.push(shown);
  }
  return { steps, innocent };
}

function isOpen({ causes }: Difference): boolean {
  return causes.some(({ kind }) => kind === 'unknown' || kind === 'random');
}

/** What differs between what both left, before the step is run again. */
async function reportOf(
  options: StepsOptions,
  pair: ActionPair,
  { inputs, changes }: Pick<StepReport, 'inputs' | 'changes'>,
): Promise<StepReport> {
  const told = await differencesOf(options, pair);
  return { ...factsOf(pair.a), inputs, ...told, changes, experiments: [] };
}

function reportSingle(action: BuiltAction): StepReport {
  const changes = ['only one of the builds ran it'];
  const nothing = { places: [], differences: [], leftOut: 0, experiments: [] };
  return { ...factsOf(action), inputs: 'different', ...nothing, changes };
}

function changesOf(
  { builders: [first, second], recordOf }: StepsOptions,
  { label, id }: BuiltAction,
): string[] {
  return inputChanges(recordOf(first.workspace, label, id), recordOf(second.workspace, label, id));
}

function factsOf({ label, id, description, durationMs }: BuiltAction) {
  return { label, id, description, durationMs: Math.round(durationMs) };
}

async function differencesOf(
  { cas, sides, consequences: known }: StepsOptions,
  { a, b }: ActionPair,
): Promise<Pick<StepReport, 'places' | 'leftOut'> & { readonly differences: readonly Difference[] }> {
  const [one, two] = [a.output && cas.a.getTree(a.output), b.output && cas.b.getTree(b.output)];
  if (!one || !two) return { places: [], differences: [], leftOut: 0 };
  const compared = await compareOutputs({ cas: cas.a, tree: one }, { cas: cas.b, tree: two }, known);
  const { found, consequences, leftOut } = compared;
  const differences = found.map((each) => explain(each, { sides, consequences }));
  return { places: found.map(({ place }) => place), differences, leftOut };
}

import type { Cas } from '../../cas/index.ts';
import { explain } from '../causes/explain.ts';
import { type ComparedOutputs, compareOutputs } from '../contents/compare-outputs.ts';
import type { Consequences } from '../contents/consequences.ts';
import type { Difference, Sides } from '../model.ts';
import { proven } from '../proof.ts';
import type { StepReport } from '../report.ts';
import type { Builder } from './builder.ts';
import type { ActionPair, BuiltAction, ComparedActions } from './built-actions.ts';
import { type Experiment, experiment } from './experiments.ts';
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

/** The steps where it begins, and what running them again shows. */
export async function reportSteps(options: StepsOptions): Promise<StepReport[]> {
  const { culprits, followers, ended, single } = options.compared;
  const reports: StepReport[] = [];
  const startedMs = options.host.clock.monotonicMs();
  for (const [index, pair] of culprits.entries()) {
    const usedMs = options.host.clock.monotonicMs() - startedMs;
    const budgetMs = index < MAX_EXPERIMENTS ? options.budgetMs - usedMs : 0;
    reports.push(await reportCulprit(options, pair, budgetMs));
  }
  if (culprits.length > 0)
    return [...reports, ...(await reportFollowers(options, reports.length, startedMs))];
  // Nothing went into them that another step wrote differently: what they are asked for differs.
  for (const pair of [...followers, ...ended])
    reports.push({
      ...factsOf(pair.a),
      inputs: 'different',
      ...(await differencesOf(options, pair)),
      changes: changesOf(options, pair.a),
      experiments: [],
    });
  return [...reports, ...single.map(reportSingle)];
}

async function reportCulprit(options: StepsOptions, pair: ActionPair, budgetMs: number): Promise<StepReport> {
  const told = await differencesOf(options, pair);
  const { places } = told;
  const onRun = options.listener.runningAgain;
  const experiments: Experiment[] = await experiment(
    { ...options, places, hasSameInputs: true, budgetMs, onRun },
    pair.a,
  );
  const report: StepReport = { ...factsOf(pair.a), inputs: 'equal', ...told, changes: [], experiments };
  return { ...report, differences: told.differences.map((difference) => proven(difference, [report])) };
}

/** A step that was given other inputs may be to blame for something of its own as well: it is, if it is not the same from the same. */
async function reportFollowers(
  options: StepsOptions,
  count: number,
  startedMs: number,
): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (const pair of options.compared.followers.slice(0, Math.max(0, MAX_EXPERIMENTS - count))) {
    const told = await differencesOf(options, pair);
    if (
      !told.differences.some(({ causes }) =>
        causes.some(({ kind }) => kind === 'unknown' || kind === 'random'),
      )
    )
      continue;
    const budgetMs = options.budgetMs - (options.host.clock.monotonicMs() - startedMs);
    const onRun = options.listener.runningAgain;
    const given = { ...options, places: told.places, hasSameInputs: false, budgetMs, onRun };
    const experiments = await experiment(given, pair.a);
    if (experiments.every(({ isSame }) => isSame !== false)) continue;
    const changes = ['steps before it left something else, but it would not be the same without that either'];
    const report: StepReport = { ...factsOf(pair.a), inputs: 'different', ...told, changes, experiments };
    reports.push({ ...report, differences: told.differences.map((each) => proven(each, [report])) });
  }
  return reports;
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
  const compared: ComparedOutputs = await compareOutputs(
    { cas: cas.a, tree: one },
    { cas: cas.b, tree: two },
    known,
  );
  const { found, consequences, leftOut } = compared;
  const differences = found.map((each) => explain(each, { sides, consequences }));
  return { places: found.map(({ place }) => place), differences, leftOut };
}

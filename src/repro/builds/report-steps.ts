import type { Cas } from '../../cas/index.ts';
import { differingPlaces } from '../contents/compare-outputs.ts';
import type { Place } from '../model.ts';
import type { StepReport } from '../report.ts';
import type { Builder } from './builder.ts';
import type { ActionPair, BuiltAction, ComparedActions } from './built-actions.ts';
import { type Experiment, type ExperimentOptions, experiment } from './experiments.ts';
import type { ReproOptions } from './options.ts';

export interface StepsOptions extends ReproOptions {
  readonly builders: readonly [Builder, Builder];
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
    const budgetMs = options.budgetMs - (options.host.clock.monotonicMs() - startedMs);
    const places = await placesOf(options.cas, pair);
    const experiments =
      index < MAX_EXPERIMENTS ? await runAgain(options, { action: pair.a, places, budgetMs }) : [];
    reports.push({ ...factsOf(pair.a), inputs: 'equal', places, changes: [], experiments });
  }
  if (culprits.length > 0) return reports;
  // Nothing went into them that another step wrote differently: what they are asked for differs.
  for (const pair of [...followers, ...ended])
    reports.push({
      ...factsOf(pair.a),
      inputs: 'different',
      places: await placesOf(options.cas, pair),
      changes: ['what it is asked for, or what it is shown, is not the same'],
      experiments: [],
    });
  for (const action of single)
    reports.push({
      ...factsOf(action),
      inputs: 'different',
      places: [],
      changes: ['only one of the builds ran it'],
      experiments: [],
    });
  return reports;
}

function factsOf({ label, id, description, durationMs }: BuiltAction) {
  return { label, id, description, durationMs: Math.round(durationMs) };
}

async function placesOf(cas: StepsOptions['cas'], { a, b }: ActionPair): Promise<readonly Place[]> {
  const [one, two] = [a.output && cas.a.getTree(a.output), b.output && cas.b.getTree(b.output)];
  return one && two ? differingPlaces({ cas: cas.a, tree: one }, { cas: cas.b, tree: two }) : [];
}

function runAgain(
  options: StepsOptions,
  {
    action,
    places,
    budgetMs,
  }: Pick<ExperimentOptions, 'budgetMs' | 'places'> & { readonly action: BuiltAction },
): Promise<Experiment[]> {
  return experiment({ ...options, places, budgetMs, onRun: options.listener.runningAgain }, action);
}

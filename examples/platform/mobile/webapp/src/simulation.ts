import { likeliest, type Model, predict, type Sample } from './inference.ts';

/** What the page shows: where the sliders stand, the latest samples, and the judgement of each moment. */
export interface Simulation {
  readonly levels: Sample;
  /** Change of each level at every tick; a leak is memory that climbs. */
  readonly drift: Sample;
  /** The scenario that plays; none once a slider was moved. */
  readonly scenario?: string | undefined;
  readonly samples: readonly Sample[];
  readonly verdicts: readonly Verdict[];
  readonly seed: number;
}

export interface Verdict {
  readonly state: number;
  readonly probabilities: readonly number[];
}

export interface Scenario {
  readonly name: string;
  readonly levels: Sample;
  readonly drift: Sample;
}

/** Levels in the order of the model's signals: cpu, memory, latency, errors. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'Quiet day', levels: [28, 44, 62, 0.3], drift: [0, 0, 0, 0] },
  { name: 'Rush hour', levels: [91, 58, 340, 1.6], drift: [0.3, 0, 6, 0] },
  { name: 'Memory leak', levels: [34, 55, 78, 0.4], drift: [0, 3.2, 1, 0] },
  { name: 'Bad release', levels: [38, 47, 160, 18], drift: [-0.4, 0, 2, 0.4] },
];

/** How many moments are kept and drawn. */
export const HISTORY = 60;
const NOISE: Sample = [5, 1.4, 14, 0.3];

/** Before the first sample. */
export const EMPTY: Simulation = { levels: [], drift: [], samples: [], verdicts: [], seed: 1 };

/** A simulation that has already run for a while, so that nothing on the page is empty. */
export function begin(model: Model, scenario: Scenario): Simulation {
  const still = { ...scenario, drift: scenario.drift.map(() => 0) };
  let simulation = play(EMPTY, still);
  for (let moment = 0; moment < HISTORY; moment++) simulation = tick(simulation, model);
  return play(simulation, scenario);
}

/** From now on the scenario's levels and drift. */
export function play(simulation: Simulation, { name, levels, drift }: Scenario): Simulation {
  return { ...simulation, scenario: name, levels, drift };
}

/** A level set by hand: it stays where it was put. */
export function setLevel(simulation: Simulation, index: number, value: number): Simulation {
  const { levels, drift } = simulation;
  return {
    ...simulation,
    scenario: undefined,
    levels: levels.with(index, value),
    drift: drift.with(index, 0),
  };
}

/** One moment later. Pure: the noise comes from the seed. */
export function tick(simulation: Simulation, model: Model): Simulation {
  let seed = simulation.seed;
  const levels = simulation.levels.map((level, index) =>
    clamp(level + (simulation.drift[index] ?? 0), ceiling(model, index)),
  );
  const sample = levels.map((level, index) => {
    seed = next(seed);
    return clamp(level + (fraction(seed) * 2 - 1) * (NOISE[index] ?? 0), model.signals[index]?.maximum ?? 0);
  });
  return append({ ...simulation, levels, seed }, sample, model);
}

/** Takes a sample that was measured or simulated, and judges the window that it closes. */
export function append(simulation: Simulation, sample: Sample, model: Model): Simulation {
  const samples = [...simulation.samples, sample].slice(-HISTORY);
  if (samples.length < model.window) return { ...simulation, samples };
  const probabilities = predict(model, samples.slice(-model.window));
  const verdict = { state: likeliest(probabilities), probabilities };
  return { ...simulation, samples, verdicts: [...simulation.verdicts, verdict].slice(-HISTORY) };
}

/** A drifting level stops shortly before its maximum, as a real one does. */
function ceiling(model: Model, index: number): number {
  return (model.signals[index]?.maximum ?? 0) * 0.97;
}

function clamp(value: number, maximum: number): number {
  return Math.min(Math.max(value, 0), maximum);
}

/** A linear congruential generator with full period; good enough for a wobble on a screen. */
function next(seed: number): number {
  return (Math.imul(seed, 1664525) + 1013904223) >>> 0;
}

function fraction(seed: number): number {
  return (seed >>> 8) / 0x1000000;
}

/** The telemetry model, run in the browser. It does what `components/ai-core/inference` does in C;
 * both are tested against the same golden windows. */
export interface Model {
  /** How many samples one judgement looks at. */
  readonly window: number;
  readonly signals: readonly Signal[];
  readonly states: readonly string[];
  /** Share of unseen windows that the training's last test recognised. */
  readonly accuracy: number;
  readonly hidden: Layer;
  readonly output: Layer;
}

export interface Signal {
  readonly name: string;
  readonly unit: string;
  readonly maximum: number;
  /** The value that the network sees as 1. */
  readonly scale: number;
}

/** Weights are indexed [input][output]. */
export interface Layer {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** One value a signal, in natural units. */
export type Sample = readonly number[];

/** The probability of each state, given `model.window` samples, oldest first. */
export function predict(model: Model, window: readonly Sample[]): number[] {
  if (window.length !== model.window)
    throw new RangeError(`${model.window} samples are needed, not ${window.length}`);
  const hidden = apply(model.hidden, featuresOf(model, window)).map((value) => Math.max(value, 0));
  return softmax(apply(model.output, hidden));
}

/** Of each signal its level (mean of the window), then of each its trend (later half minus earlier half). */
export function featuresOf(model: Model, window: readonly Sample[]): number[] {
  const half = model.window >> 1;
  const halves = model.signals.map((signal, index) => {
    const values = window.map((sample) => clamp(sample[index] ?? 0, signal.maximum) / signal.scale);
    return { early: mean(values.slice(0, half)), late: mean(values.slice(half, 2 * half)) };
  });
  return [
    ...halves.map(({ early, late }) => (early + late) / 2),
    ...halves.map(({ early, late }) => late - early),
  ];
}

/** Index of the largest value. */
export function likeliest(probabilities: readonly number[]): number {
  return probabilities.reduce((best, value, index) => (value > (probabilities[best] ?? 0) ? index : best), 0);
}

function apply(layer: Layer, inputs: readonly number[]): number[] {
  return layer.bias.map((bias, output) =>
    inputs.reduce((sum, value, input) => sum + value * (layer.weights[input]?.[output] ?? 0), bias),
  );
}

function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clamp(value: number, maximum: number): number {
  return Math.min(Math.max(value, 0), maximum);
}

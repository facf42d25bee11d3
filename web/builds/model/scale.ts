/** Round steps for axes. */

const TIME_STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];

/** Moments between two, at round steps, at most so many. */
export function timeTicks(fromMs: number, toMs: number, most: number): number[] {
  const span = Math.max(1, toMs - fromMs);
  const step =
    TIME_STEPS.find((each) => span / each <= most) ?? Math.ceil(span / most / 86_400_000) * 86_400_000;
  const first = Math.ceil(fromMs / step) * step;
  const count = Math.floor((toMs - first) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => first + at * step);
}

/** The next round number, so near that a chart is not half empty. */
export function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** The points of a line within a box, from the lowest value to the highest; a flat line lies in its middle. */
export function linePoints(
  values: readonly number[],
  {
    width,
    height,
    low,
    high,
  }: { readonly width: number; readonly height: number; readonly low: number; readonly high: number },
): { readonly x: number; readonly y: number }[] {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const span = high - low;
  return values.map((value, at) => ({
    x: values.length > 1 ? at * step : width / 2,
    y: span === 0 ? height / 2 : height - ((value - low) / span) * height,
  }));
}

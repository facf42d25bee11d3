/** One row of `signals.json`, made by the component telemetry-schema. */
export interface Signal {
  readonly name: string;
  readonly unit: string;
  readonly maximum: number;
}

/** A value for each signal. */
export type Sample = Readonly<Record<string, number>>;

/** A sample from an untrusted value, or what is wrong with it: every signal, in range, and nothing else. */
export function parseSample(
  value: unknown,
  signals: readonly Signal[],
): { sample: Sample } | { problems: string[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problems: ['not an object'] };
  const given = value as Record<string, unknown>;
  const known = new Set(signals.map((signal) => signal.name));
  const problems = [
    ...Object.keys(given)
      .filter((name) => !known.has(name))
      .map((name) => `${name}: not a signal`),
    ...signals.flatMap((signal) => problemsOf(signal, given[signal.name])),
  ];
  if (problems.length > 0) return { problems };
  return { sample: Object.fromEntries(signals.map(({ name }) => [name, given[name] as number])) };
}

function problemsOf({ name, maximum }: Signal, value: unknown): string[] {
  if (value === undefined) return [`${name}: missing`];
  if (typeof value !== 'number' || !Number.isFinite(value)) return [`${name}: not a number`];
  return value < 0 || value > maximum ? [`${name}: not from 0 to ${maximum}`] : [];
}

import type { Samples } from './samples.ts';

/** One line of the "Speed and memory". */
export interface Aim {
  readonly text: string;
  readonly kind: 'must' | 'aim';
  /** What was measured, and how much is allowed; `undefined` where a part was not measured. */
  readonly value: number | undefined;
  readonly limit: number;
  readonly unit: string;
}

/** The lines, judged by the medians at one size. */
export function judgeAims(seconds: Samples, memory: Samples, size: number): Aim[] {
  const at = (subject: string, scenario: string): number | undefined =>
    seconds.get({ size, subject, scenario })?.median;
  const ratio = (scenario: string, of: string, to: string): number | undefined =>
    divide(at(of, scenario), at(to, scenario));
  const times = ' times';
  const peak = ['cold', 'noop'].flatMap((scenario) =>
    ['ours', 'ours-plain'].flatMap((subject) => memory.get({ size, subject, scenario })?.maximum ?? []),
  );
  return [
    line('must', "no-op at most a third of turbo's", ratio('noop', 'ours', 'turbo'), 1 / 3, times),
    line(
      'aim',
      'no-op within 4 times `git status`',
      divide(at('ours', 'noop'), at('beside', 'git status')),
      4,
      times,
    ),
    line('aim', "one leaf changed not over turbo's", ratio('leaf', 'ours', 'turbo'), 1, times),
    line('aim', "restore of deleted outputs half of turbo's", ratio('restore', 'ours', 'turbo'), 0.5, times),
    line(
      'aim',
      "cold with the full sandbox within 2.5 times turbo's",
      ratio('cold', 'ours', 'turbo'),
      2.5,
      times,
    ),
    line('aim', "cold without the sandbox within turbo's", ratio('cold', 'ours-plain', 'turbo'), 1, times),
    line(
      'aim',
      'sandbox at most 10 ms an action over the bare command',
      sandboxCostMs(seconds, size),
      10,
      ' ms',
    ),
    line(
      'aim',
      '`--help` within 1.5 times bare `node -e 0`',
      divide(at('beside', 'help'), at('beside', 'node -e 0')),
      1.5,
      times,
    ),
    line(
      'aim',
      'our processes under 200 MB',
      peak.length > 0 ? Math.max(...peak) / 1e6 : undefined,
      200,
      ' MB',
    ),
  ];
}

/** All that a cold build with the sandbox costs beyond the bare commands, for each of them. */
export function sandboxCostMs(seconds: Samples, size: number): number | undefined {
  const ours = seconds.get({ size, subject: 'ours', scenario: 'cold' });
  const bare = seconds.get({ size, subject: 'bare', scenario: 'cold' });
  return ours && bare && ((ours.median - bare.median) * 1000) / size;
}

function line(
  ...[kind, text, value, limit, unit]: [Aim['kind'], string, number | undefined, number, string]
): Aim {
  return { kind, text, value, limit, unit };
}

function divide(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

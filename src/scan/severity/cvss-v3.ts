import { parseVector, type VectorShape } from './vector.ts';

const IMPACT = ['N', 'L', 'H'];
const REQUIREMENT = ['X', 'L', 'M', 'H'];

const MANDATORY = {
  AV: ['N', 'A', 'L', 'P'],
  AC: ['L', 'H'],
  PR: ['N', 'L', 'H'],
  UI: ['N', 'R'],
  S: ['U', 'C'],
  C: IMPACT,
  I: IMPACT,
  A: IMPACT,
};
const MODIFIED = Object.fromEntries(
  Object.entries(MANDATORY).map(([name, values]) => [`M${name}`, ['X', ...values]]),
);
const SHAPE: Omit<VectorShape, 'prefix'> = {
  mandatory: MANDATORY,
  optional: {
    E: ['X', 'U', 'P', 'F', 'H'],
    RL: ['X', 'O', 'T', 'W', 'U'],
    RC: ['X', 'U', 'R', 'C'],
    CR: REQUIREMENT,
    IR: REQUIREMENT,
    AR: REQUIREMENT,
    ...MODIFIED,
  },
};

const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { N: 0, L: 0.22, H: 0.56 },
  I: { N: 0, L: 0.22, H: 0.56 },
  A: { N: 0, L: 0.22, H: 0.56 },
};
/** Of privileges required, by whether the scope changes. */
const PRIVILEGES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  U: { N: 0.85, L: 0.62, H: 0.27 },
  C: { N: 0.85, L: 0.68, H: 0.5 },
};

/** The base score of a vector of version 3.0 or 3.1 (https://www.first.org/cvss/v3-1/specification-document, 7.1), 0 to 10. */
export function cvssV3Score(vector: string): number | undefined {
  const prefix = vector.slice(0, 'CVSS:3.1/'.length);
  const metrics = parseVector(vector, { ...SHAPE, prefix });
  if (!metrics) return undefined;
  const weight = (name: string): number => WEIGHTS[name]![metrics.get(name)!]!;
  const scope = metrics.get('S')!;
  const lost = 1 - (1 - weight('C')) * (1 - weight('I')) * (1 - weight('A'));
  const impact = scope === 'U' ? 6.42 * lost : 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15;
  if (impact <= 0) return 0;
  const privileges = PRIVILEGES[scope]![metrics.get('PR')!]!;
  const exploitability = 8.22 * weight('AV') * weight('AC') * privileges * weight('UI');
  return roundedUp(Math.min((scope === 'U' ? 1 : 1.08) * (impact + exploitability), 10));
}

/** To one digit, by the whole numbers of version 3.1 (appendix A), so that the last bit of a double decides nothing. */
function roundedUp(score: number): number {
  const scaled = Math.round(score * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}

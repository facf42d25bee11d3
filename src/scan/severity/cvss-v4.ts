import { sum } from '../../base/index.ts';
import { type EquivalenceSet, LEVELS, SCORES, SETS } from './cvss-v4-tables.ts';
import { type Metrics, parseVector, type VectorShape } from './vector.ts';

const IMPACT = ['H', 'L', 'N'];
const REQUIREMENT = ['X', 'H', 'M', 'L'];
const MANDATORY = {
  AV: ['N', 'A', 'L', 'P'],
  AC: ['L', 'H'],
  AT: ['N', 'P'],
  PR: ['N', 'L', 'H'],
  UI: ['N', 'P', 'A'],
  VC: IMPACT,
  VI: IMPACT,
  VA: IMPACT,
  SC: IMPACT,
  SI: IMPACT,
  SA: IMPACT,
};
const MODIFIED = Object.fromEntries(
  Object.entries(MANDATORY).map(([name, values]) => [`M${name}`, ['X', ...values]]),
);
const SHAPE: VectorShape = {
  prefix: 'CVSS:4.0/',
  mandatory: MANDATORY,
  optional: {
    E: ['X', 'A', 'P', 'U'],
    CR: REQUIREMENT,
    IR: REQUIREMENT,
    AR: REQUIREMENT,
    ...MODIFIED,
    MSI: ['X', 'S', ...IMPACT],
    MSA: ['X', 'S', ...IMPACT],
    S: ['X', 'N', 'P'],
    AU: ['X', 'N', 'Y'],
    R: ['X', 'A', 'U', 'I'],
    V: ['X', 'D', 'C'],
    RE: ['X', 'L', 'M', 'H'],
    U: ['X', 'Clear', 'Green', 'Amber', 'Red'],
  },
};

/** What a metric that is not defined counts as: the worst. */
const UNDEFINED: Readonly<Record<string, string>> = { E: 'A', CR: 'H', IR: 'H', AR: 'H' };
const IMPACTS = ['VC', 'VI', 'VA', 'SC', 'SI', 'SA'];

type Effective = (metric: string) => string;

/**
 * The score of a vector of version 4.0 (https://www.first.org/cvss/v4-0/specification-document, section 8), 0 to 10. This version
 * has one score: of the base metrics, and of threat and environment where the vector states them.
 */
export function cvssV4Score(vector: string): number | undefined {
  const metrics = parseVector(vector, SHAPE);
  if (!metrics) return undefined;
  const value = effective(metrics);
  if (IMPACTS.every((metric) => value(metric) === 'N')) return 0;
  const levels = levelsOf(value);
  const score = scoreOf(levels)!;
  const lower = neighbours(levels).map((each) =>
    Math.max(...each.map((next) => scoreOf(next) ?? Number.NaN)),
  );
  const shares = lower.flatMap((next, index) =>
    Number.isNaN(next) ? [] : [(score - next) * depthIn(SETS[index], value, levels)],
  );
  const mean = shares.length === 0 ? 0 : sum(shares) / shares.length;
  return Math.round(Math.min(Math.max(score - mean, 0), 100) + EPSILON) / 10;
}

/** So that what a double holds a little too low is rounded up all the same. */
const EPSILON = 1e-5;

function effective(metrics: Metrics): Effective {
  const stated = (name: string): string | undefined => {
    const value = metrics.get(name);
    return value === 'X' ? undefined : value;
  };
  return (name) => stated(`M${name}`) ?? stated(name) ?? UNDEFINED[name]!;
}

/** Levels of the sets 1 to 6. */
type Levels = readonly [number, number, number, number, number, number];

function levelsOf(value: Effective): Levels {
  const is = (metric: string, expected: string): boolean => value(metric) === expected;
  const open = [is('AV', 'N'), is('PR', 'N'), is('UI', 'N')].filter(Boolean).length;
  const isHigh = (metric: string): boolean => is(metric, 'H');
  const asks = (requirement: string, impact: string): boolean => isHigh(requirement) && isHigh(impact);
  return [
    open === 3 ? 0 : open > 0 && !is('AV', 'P') ? 1 : 2,
    is('AC', 'L') && is('AT', 'N') ? 0 : 1,
    isHigh('VC') && isHigh('VI') ? 0 : ['VC', 'VI', 'VA'].some(isHigh) ? 1 : 2,
    is('SI', 'S') || is('SA', 'S') ? 0 : ['SC', 'SI', 'SA'].some(isHigh) ? 1 : 2,
    ['A', 'P', 'U'].indexOf(value('E')),
    asks('CR', 'VC') || asks('IR', 'VI') || asks('AR', 'VA') ? 0 : 1,
  ];
}

/** In tenths; `undefined` where there is no such macro vector. */
function scoreOf([one, two, three, four, five, six]: Levels): number | undefined {
  if (four > 2 || five > 2 || six > 1) return undefined;
  const tenths = SCORES[`${one}${two}${three}`]?.split(' ')[four * 6 + five * 2 + six];
  return tenths === undefined || tenths === '-' ? undefined : Number(tenths);
}

/** The next less severe macro vectors, for each of the sets 1, 2, 3 with 6, 4 and 5. */
function neighbours([one, two, three, four, five, six]: Levels): readonly (readonly Levels[])[] {
  const lessImpact: Levels = [one, two, three + 1, four, five, six];
  const lessAsked: Levels = [one, two, three, four, five, six + 1];
  const joint = six === 1 ? [lessImpact] : three === 0 ? [lessAsked, lessImpact] : [lessAsked];
  return [
    [[one + 1, two, three, four, five, six]],
    [[one, two + 1, three, four, five, six]],
    joint,
    [[one, two, three, four + 1, five, six]],
    [[one, two, three, four, five + 1, six]],
  ];
}

/** How far the vector is from the most severe one of its level, as a share of the level's depth. Set 5 has no depth. */
function depthIn(set: EquivalenceSet | undefined, value: Effective, levels: Levels): number {
  if (!set) return 0;
  const at = SETS.indexOf(set);
  const level = at === 2 ? `${levels[2]}${levels[5]}` : `${levels[at]}`;
  for (const highest of set.highest[level]!) {
    const steps = set.metrics.map(
      (metric, index) => LEVELS[metric]![value(metric)]! - LEVELS[metric]![highest[index]!]!,
    );
    if (steps.every((each) => each >= 0)) return sum(steps) / set.depth[level]!;
  }
  return 0;
}

/** Numbers of https://www.first.org/cvss/v4-0/specification-document: facts, in a form that is short to read. */

/** Severity of each metric's values, in steps from the most severe. */
export const LEVELS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0, A: 1, L: 2, P: 3 },
  PR: { N: 0, L: 1, H: 2 },
  UI: { N: 0, P: 1, A: 2 },
  AC: { L: 0, H: 1 },
  AT: { N: 0, P: 1 },
  VC: { H: 0, L: 1, N: 2 },
  VI: { H: 0, L: 1, N: 2 },
  VA: { H: 0, L: 1, N: 2 },
  SC: { H: 1, L: 2, N: 3 },
  SI: { S: 0, H: 1, L: 2, N: 3 },
  SA: { S: 0, H: 1, L: 2, N: 3 },
  CR: { H: 0, M: 1, L: 2 },
  IR: { H: 0, M: 1, L: 2 },
  AR: { H: 0, M: 1, L: 2 },
};

/** A set of metrics that are judged together (tables 24 to 29; sets 3 and 6 are one). */
export interface EquivalenceSet {
  readonly metrics: readonly string[];
  /** By level of the set: its most severe vectors, as values of `metrics`. */
  readonly highest: Readonly<Record<string, readonly string[]>>;
  /** By level of the set: steps from its most severe vector to its least severe one. */
  readonly depth: Readonly<Record<string, number>>;
}

export const SETS: readonly EquivalenceSet[] = [
  {
    metrics: ['AV', 'PR', 'UI'],
    highest: { 0: ['NNN'], 1: ['ANN', 'NLN', 'NNP'], 2: ['PNN', 'ALP'] },
    depth: { 0: 1, 1: 4, 2: 5 },
  },
  { metrics: ['AC', 'AT'], highest: { 0: ['LN'], 1: ['HN', 'LP'] }, depth: { 0: 1, 1: 2 } },
  {
    metrics: ['VC', 'VI', 'VA', 'CR', 'IR', 'AR'],
    highest: {
      '00': ['HHHHHH'],
      '01': ['HHLMMH', 'HHHMMM'],
      '10': ['LHHHHH', 'HLHHHH'],
      '11': ['LHLHMH', 'LHHHMM', 'HLHMHM', 'HLLMHH', 'LLHHHM'],
      '21': ['LLLHHH'],
    },
    depth: { '00': 7, '01': 6, '10': 8, '11': 8, '21': 10 },
  },
  {
    metrics: ['SC', 'SI', 'SA'],
    highest: { 0: ['HSS'], 1: ['HHH'], 2: ['LLL'] },
    depth: { 0: 6, 1: 5, 2: 4 },
  },
];

/**
 * The score of each macro vector in tenths: by the levels of sets 1, 2 and 3, the columns by those of 4, 5 and 6, where the last
 * counts fastest. `-`: the specification has no such vector.
 */
export const SCORES: Readonly<Record<string, string>> = {
  '000': '100 99 98 95 95 92 100 96 93 87 91 81 93 90 89 80 81 68',
  '001': '98 95 95 92 90 84 93 92 89 81 81 65 88 80 78 70 69 48',
  '002': '- 92 - 82 - 72 - 79 - 69 - 50 - 69 - 55 - 27',
  '010': '99 97 95 92 92 85 95 91 90 83 84 71 92 81 82 71 72 53',
  '011': '95 93 92 85 85 73 92 82 80 72 70 59 84 70 71 52 50 30',
  '012': '- 86 - 75 - 52 - 71 - 52 - 29 - 63 - 29 - 17',
  '100': '98 95 94 87 91 81 94 89 86 74 77 64 87 75 74 63 63 49',
  '101': '94 89 88 77 76 67 86 76 74 58 59 50 72 57 57 52 52 25',
  '102': '- 83 - 70 - 54 - 65 - 58 - 26 - 53 - 21 - 13',
  '110': '95 90 88 76 76 70 90 77 75 62 61 53 77 66 68 59 52 30',
  '111': '89 78 76 67 62 58 74 59 57 57 47 23 61 52 57 29 24 16',
  '112': '- 71 - 59 - 30 - 58 - 26 - 15 - 23 - 13 - 6',
  '200': '93 87 86 72 75 58 86 74 74 61 56 34 70 54 52 40 40 22',
  '201': '85 75 74 55 62 51 72 57 55 41 46 19 53 36 34 19 19 8',
  '202': '- 64 - 51 - 20 - 47 - 21 - 11 - 24 - 9 - 4',
  '210': '88 75 73 53 60 50 73 55 59 40 41 20 54 43 45 22 20 11',
  '211': '75 55 58 45 40 21 61 51 48 18 20 9 46 18 17 7 8 2',
  '212': '- 53 - 24 - 14 - 24 - 12 - 5 - 10 - 3 - 1',
};

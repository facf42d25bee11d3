import { shownText } from '../../inspection/index.ts';
import type { Cause, CauseKind, Sides } from '../model.ts';
import type { CauseContext } from './context.ts';
import { type Mark, marksIn, withoutMarks } from './marks.ts';
import { numberCause } from './number-cause.ts';

/** What the first ones do not tell, later ones seldom do. */
const MAX_PAIRS = 2000;
const MAX_PAIRS_OF_LARGE = 500;
/** Larger texts are looked at by the lines that differ. */
const MAX_WHOLE = 512 * 1024;
/** Of a longer line, what is around the first difference. */
const MAX_LINE = 8192;

/** Why two texts differ; empty only for equal ones. */
export function textCauses(a: string, b: string, context: CauseContext): Cause[] {
  if (a === b) return [];
  if (hasCrLf(a) !== hasCrLf(b)) return lineEndCauses(a, b, context);
  const isLarge = Math.max(a.length, b.length) > MAX_WHOLE;
  const whole = isLarge ? undefined : markedCauses(a, b, context);
  if (whole) return whole;
  const [linesA, linesB] = [a.split('\n'), b.split('\n')];
  if (linesA.length < 2 && linesB.length < 2) return lineCauses(a, b, context);
  const ordered = isLarge ? sameLines(linesA, linesB) : orderCauses([a, linesA], [b, linesB], context);
  if (ordered) return ordered;
  const pairs = alignedPairs(linesA, linesB).slice(0, isLarge ? MAX_PAIRS_OF_LARGE : MAX_PAIRS);
  return merged(
    pairs.flatMap(([lineA, lineB]) =>
      lineA === undefined || lineB === undefined
        ? [oneSided(lineA, lineB)]
        : lineCauses(lineA, lineB, context),
    ),
  );
}

function hasCrLf(text: string): boolean {
  return text.includes('\r\n');
}

/** Where one side alone has them, the rest is told as if neither had. */
function lineEndCauses(a: string, b: string, context: CauseContext): Cause[] {
  const [which, other] = hasCrLf(a) ? ['first', 'second'] : ['second', 'first'];
  const text = `lines end with CR LF in the ${which} build, with LF in the ${other}`;
  const plain = (each: string): string => each.replaceAll('\r\n', '\n');
  return [{ kind: 'line ends', text }, ...textCauses(plain(a), plain(b), context)];
}

type Lined = readonly [text: string, lines: readonly string[]];

/** Where nothing but an order, and what marks tell, differs. */
function orderCauses([a, linesA]: Lined, [b, linesB]: Lined, context: CauseContext): Cause[] | undefined {
  const sorted = markedCauses([...linesA].sort().join('\n'), [...linesB].sort().join('\n'), context);
  return sorted ? [orderOfLines(linesA, linesB), ...sorted] : withSortedParts(a, b, context);
}

function sameLines(a: readonly string[], b: readonly string[]): Cause[] | undefined {
  if (a.length !== b.length) return undefined;
  const sorted = [...b].sort();
  return [...a].sort().every((line, index) => line === sorted[index]) ? [orderOfLines(a, b)] : undefined;
}

/** `undefined` where more differs than the marks tell. */
function markedCauses(a: string, b: string, { sides, consequences }: CauseContext): Cause[] | undefined {
  const { areUnwatched } = sides;
  const marksA = marksIn(a, { which: 'a', side: sides.a, consequences, areUnwatched });
  const marksB = marksIn(b, { which: 'b', side: sides.b, consequences, areUnwatched });
  if (withoutMarks(a, marksA) !== withoutMarks(b, marksB)) return undefined;
  const pairs = marksA.map((mark, index) => [mark, marksB[index]!] as const);
  const byKind = new Map<CauseKind, Cause>();
  for (const [one, two] of pairs) {
    if (one.value === two.value || byKind.has(one.kind)) continue;
    byKind.set(one.kind, { kind: one.kind, text: markText(one, two, sides) });
  }
  return [...byKind.values()];
}

function markText({ kind, value: a }: Mark, { value: b }: Mark, sides: Sides): string {
  const values = `${quoted(a)} and ${quoted(b)}`;
  switch (kind) {
    case 'time':
      return `the time of the build: ${values}`;
    case 'embedded path':
      return `the folder of the build: ${values}`;
    case 'follows':
      return `digests or sizes of other things that differ: ${values}`;
    case 'R8 map id':
      return `the id that R8 makes from its mapping: ${values}`;
    case 'memory address':
      return `an address in memory, which the kernel chooses at random: ${values}`;
    case 'user':
      return `the name of the user: ${values}`;
    case 'time zone':
      return `the time zone of the caller: ${quoted(sides.a.timezone)} and ${quoted(sides.b.timezone)}`;
    case 'locale':
      return `the language of the caller: ${quoted(sides.a.language)} and ${quoted(sides.b.language)}`;
    case 'random':
      if (a.startsWith('/tmp') || a.startsWith('/var/tmp')) return `the name of a temporary file: ${values}`;
      return `an id that is random, or a digest of something that differs: ${values}`;
    default:
      return `an id that looks random: ${values}`;
  }
}

const MAX_QUOTED = 60;

export function quoted(text: string): string {
  const shown = shownText(text);
  return `"${shown.length > MAX_QUOTED ? `${shown.slice(0, MAX_QUOTED)}…` : shown}"`;
}

function orderOfLines(a: readonly string[], b: readonly string[]): Cause {
  const at = a.findIndex((line, index) => line !== b[index]);
  return { kind: 'order', text: `the same lines in another order, from line ${at + 1} on` };
}

/** Parts of lines, as sets and maps print them. */
const BETWEEN_PARTS = /[\s,;:|{}()[\]]+/;

function withSortedParts(a: string, b: string, context: CauseContext): Cause[] | undefined {
  const [partsA, partsB] = [a.split(BETWEEN_PARTS), b.split(BETWEEN_PARTS)];
  // Words in one order differ in what is between them, which is no order.
  if (partsA.join('\n') === partsB.join('\n')) return undefined;
  const rest = markedCauses(partsA.sort().join('\n'), partsB.sort().join('\n'), context);
  return rest && [{ kind: 'order', text: 'the same words in another order' }, ...rest];
}

/** Kept among the parts. */
const PARTS = /([\s,;"'`=<>(){}[\]|]+)/;

function lineCauses(lineA: string, lineB: string, context: CauseContext): Cause[] {
  const [a, b] = aroundDifference(lineA, lineB);
  const marked = markedCauses(a, b, context) ?? withSortedParts(a, b, context);
  if (marked) return marked;
  if (isSameInAnyLanguage(a, b))
    return [{ kind: 'locale', text: `numbers as a language writes them: ${quoted(a)} and ${quoted(b)}` }];
  const [partsA, partsB] = [a.split(PARTS), b.split(PARTS)];
  if (partsA.length !== partsB.length) return [unknown(a, b)];
  return merged(
    partsA.flatMap((part, index) =>
      part === partsB[index] ? [] : partCauses(part, partsB[index]!, context),
    ),
  );
}

function aroundDifference(a: string, b: string): readonly [string, string] {
  if (Math.max(a.length, b.length) <= MAX_LINE) return [a, b];
  const from = Math.max(0, firstDifference(a, b) - MAX_LINE / 2);
  return [a.slice(from, from + MAX_LINE), b.slice(from, from + MAX_LINE)];
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

const NUMBER = /\d[\d.,\u00a0\u202f]*\d/g;

/** Whether nothing but the signs within numbers differs, and each number can be read as the other one. */
function isSameInAnyLanguage(a: string, b: string): boolean {
  if (a.replace(NUMBER, '0') !== b.replace(NUMBER, '0')) return false;
  const others = b.match(NUMBER) ?? [];
  return (a.match(NUMBER) ?? []).every((number, index) => {
    const readings = readingsOf(others[index]!);
    return number === others[index] || readingsOf(number).some((each) => readings.includes(each));
  });
}

/** What a number may mean, as whole figures, a point and decimals: `1.234` is 1234 in one language and 1.234 in another. */
function readingsOf(number: string): string[] {
  const groups = number.split(/[.,\u00a0\u202f]/);
  const isGrouped = (parts: readonly string[]): boolean =>
    parts.length === 1 || (parts[0]!.length <= 3 && parts.slice(1).every(({ length }) => length === 3));
  const whole = groups.slice(0, -1);
  return [
    ...(isGrouped(groups) ? [`${groups.join('')}.`] : []),
    ...(whole.length > 0 && isGrouped(whole) ? [`${whole.join('')}.${groups.at(-1)}`] : []),
  ];
}

function partCauses(a: string, b: string, context: CauseContext): Cause[] {
  const marked = markedCauses(a, b, context);
  if (marked) return marked;
  const number = numberCause(a, b, context);
  if (number) return [number];
  return [unknown(a, b)];
}

function unknown(a: string, b: string): Cause {
  const from = Math.max(0, firstDifference(a, b) - 20);
  return { kind: 'unknown', text: `${quoted(a.slice(from))} and ${quoted(b.slice(from))}` };
}

function oneSided(a: string | undefined, b: string | undefined): Cause {
  return {
    kind: 'unknown',
    text: `a line of the ${a === undefined ? 'second' : 'first'} build alone: ${quoted(a ?? b!)}`,
  };
}

/** One cause of each kind: the first one tells enough. */
export function merged(causes: readonly Cause[]): Cause[] {
  const byKind = new Map<CauseKind, Cause>();
  for (const cause of causes) if (!byKind.has(cause.kind)) byKind.set(cause.kind, cause);
  return [...byKind.values()];
}

type LinePair = readonly [a: string | undefined, b: string | undefined];

/** Lines that stand for each other: what both begin and end with goes, the rest in turn. */
function alignedPairs(a: readonly string[], b: readonly string[]): LinePair[] {
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start++;
  let end = 0;
  while (end < least - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (restA.length === restB.length) return pairsInTurn(restA, restB);
  // Lines that both have, wherever they stand, are no difference.
  const [inA, inB] = [new Set(restA), new Set(restB)];
  return pairsInTurn(
    restA.filter((line) => !inB.has(line)),
    restB.filter((line) => !inA.has(line)),
  );
}

function pairsInTurn(a: readonly string[], b: readonly string[]): LinePair[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => [a[at], b[at]] as const).filter(
    ([one, two]) => one !== two,
  );
}

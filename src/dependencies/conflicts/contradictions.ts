import type { Diagnostic } from '../../base/index.ts';

/** Why some requirements cannot be met, in the resolver's words. */
export interface Refusal {
  readonly said: string;
  /** The same as a problem of its own. */
  readonly failure: Diagnostic;
}

/** What a resolver says of some requirements. */
export type Answer<Line> =
  /** `versions` by name. */
  | { readonly kind: 'met'; readonly versions: ReadonlyMap<string, string> }
  /** `lines`: of those asked, at least one minimal set that cannot be met together lies in them. */
  | { readonly kind: 'unmet'; readonly lines: readonly Line[]; readonly refusal: Refusal }
  /** No answer: the rest is not known. */
  | { readonly kind: 'failed' };

export interface Contradiction<Line> {
  /** Each of them is needed for it. */
  readonly lines: readonly Line[];
  /** Of exactly these lines. */
  readonly refusal: Refusal;
}

export interface Contradictions<Line> {
  readonly found: readonly Contradiction<Line>[];
  /** What is taken once some lines are gone, so that nothing contradicts any more. */
  readonly ways: readonly {
    readonly without: readonly Line[];
    readonly versions: ReadonlyMap<string, string>;
  }[];
  /** There may be more: too many questions, or no answer. */
  readonly isPartial: boolean;
}

export interface ContradictionSearch<Line> {
  readonly lines: readonly Line[];
  readonly ask: (lines: readonly Line[]) => Promise<Answer<Line>>;
  readonly maximumQuestions: number;
  /** Found before, in a part of these lines. */
  readonly known?: readonly Contradiction<Line>[];
}

/**
 * Every minimal set of lines that contradict each other. A resolver tells one at a time: here each line of it is taken away in turn
 * and the rest is asked again (Reiter's tree of hitting sets), until what is left can be met.
 */
export async function findContradictions<Line>(
  search: ContradictionSearch<Line>,
): Promise<Contradictions<Line>> {
  const { lines, maximumQuestions } = search;
  const found: Contradiction<Line>[] = [...(search.known ?? [])];
  const ways: { without: readonly Line[]; versions: ReadonlyMap<string, string> }[] = [];
  const visited = new Set<string>();
  const counted = counting(search);
  let isPartial = false;
  const stack: (readonly Line[])[] = [[]];
  for (let without = stack.pop(); without !== undefined; without = stack.pop()) {
    const gone = new Set(without);
    const key = lines.map((line) => (gone.has(line) ? '1' : '0')).join('');
    if (visited.has(key) || ways.some((way) => way.without.every((line) => gone.has(line)))) continue;
    visited.add(key);
    let next = found.find((each) => !each.lines.some((line) => gone.has(line)));
    if (!next) {
      if (counted.questions() >= maximumQuestions) return { found, ways, isPartial: true };
      const answer = await counted.ask(lines.filter((line) => !gone.has(line)));
      if (answer.kind === 'met') ways.push({ without, versions: answer.versions });
      if (answer.kind === 'failed') isPartial = true;
      if (answer.kind !== 'unmet') continue;
      next = await minimal(answer, counted.ask);
      if (next.lines.length === 0) return { found, ways, isPartial: true };
      found.push(next);
    }
    // The line that is taken away first is the last one: mostly what somebody pinned.
    stack.push(...next.lines.map((line) => [...without, line]));
  }
  return { found, ways, isPartial };
}

function counting<Line>({ ask }: ContradictionSearch<Line>) {
  let count = 0;
  return {
    questions: () => count,
    ask: (lines: readonly Line[]) => {
      count++;
      return ask(lines);
    },
  };
}

/** Takes away each line that is not needed. */
async function minimal<Line>(
  { lines, refusal }: Contradiction<Line>,
  ask: ContradictionSearch<Line>['ask'],
): Promise<Contradiction<Line>> {
  let needed = lines;
  let why = refusal;
  for (const line of lines) {
    if (!needed.includes(line) || needed.length < 2) continue;
    const answer = await ask(needed.filter((each) => each !== line));
    if (answer.kind !== 'unmet') continue;
    needed = answer.lines;
    why = answer.refusal;
  }
  return { lines: needed, refusal: why };
}

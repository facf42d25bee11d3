import type { Diagnostic, Span } from '../../base/index.ts';
import type { Contradiction, Contradictions } from './contradictions.ts';
import { nameOf, type Wish, wishesIn } from './uv-words.ts';

/** A requirement as somebody wrote it. */
export interface AskedLine {
  readonly text: string;
  readonly span: Span;
  /** Of a root file: it holds versions of packages that are asked for elsewhere. */
  readonly isConstraint: boolean;
}

/** A diagnostic for each contradiction: the chain of who wants what, and where each requirement of it is written. */
export function explainContradictions(
  { found, ways, isPartial }: Contradictions<AskedLine>,
  what: string,
): readonly Diagnostic[] {
  const all = found.map((each) => explain(each, { ways, isPartial, what }));
  // Several lines may ask for one package that is not there.
  return [...Map.groupBy(all, ({ message }) => message).values()].map(([first, ...others]) => ({
    ...first!,
    related: [
      ...(first!.related ?? []),
      ...others.map(({ span }) => ({ message: 'and asked for here', span: span! })),
    ],
  }));
}

interface Surroundings extends Pick<Contradictions<AskedLine>, 'ways' | 'isPartial'> {
  readonly what: string;
}

function explain({ lines, refusal }: Contradiction<AskedLine>, around: Surroundings): Diagnostic {
  const wishes = chainOf(wishesIn(refusal.said), lines);
  const [only, ...more] = lines;
  if (more.length === 0 && wishes.length === 0) return { ...refusal.failure, span: only!.span };
  const clash = clashOf(wishes, lines);
  const own = lines.filter(({ text }) => nameOf(text) === clash);
  const [first, ...rest] = [...own, ...lines.filter((line) => !own.includes(line))];
  return {
    code: 'dependencies/contradiction',
    severity: 'error',
    message: `${sentence(wishes, own)} (${around.what})`,
    span: first!.span,
    related: rest.map((line) => ({ message: relation(line, wishes), span: line.span })),
    hint: hintOf([first!, ...rest], clash, around),
  };
}

/** Those on the way from a line to another, in that order; without what uv concludes from others of them. */
function chainOf(wishes: readonly Wish[], lines: readonly AskedLine[]): readonly Wish[] {
  const ordered: Wish[] = [];
  const told = wishes.filter((wish) => !isConcluded(wish, wishes));
  const follow = (name: string): void => {
    for (const wish of told) {
      if (nameOf(wish.asker) !== name || ordered.includes(wish)) continue;
      ordered.push(wish);
      follow(nameOf(wish.wanted));
    }
  };
  for (const { text } of lines) follow(nameOf(text));
  return ordered;
}

function isConcluded(wish: Wish, wishes: readonly Wish[]): boolean {
  const [asker, wanted] = [nameOf(wish.asker), nameOf(wish.wanted)];
  return wishes.some(
    (first) =>
      nameOf(first.asker) === asker &&
      nameOf(first.wanted) !== wanted &&
      wishes.some((next) => nameOf(next.asker) === nameOf(first.wanted) && nameOf(next.wanted) === wanted),
  );
}

/** The package that cannot have one version: wanted by somebody, and wanted otherwise by a line or by somebody else. */
function clashOf(wishes: readonly Wish[], lines: readonly AskedLine[]): string | undefined {
  const wanted = wishes.map((wish) => nameOf(wish.wanted));
  const asked = lines.map(({ text }) => nameOf(text));
  return (
    wanted.findLast((name) => asked.includes(name)) ??
    wanted.find((name, at) => wanted.indexOf(name) !== at) ??
    (wishes.length === 0 ? asked.find((name, at) => asked.indexOf(name) !== at) : undefined)
  );
}

function sentence(wishes: readonly Wish[], own: readonly AskedLine[]): string {
  const texts = own.map(({ text }) => text).join(' and ');
  if (wishes.length === 0) return `${texts || 'these requirements'} cannot be met together`;
  const chain = wishes.map((wish, at) => {
    const isContinued = at > 0 && nameOf(wishes[at - 1]!.wanted) === nameOf(wish.asker);
    if (isContinued) return `, which wants ${wish.wanted}`;
    return `${at === 0 ? '' : ', and '}${wish.asker} wants ${wish.wanted}`;
  });
  return `${chain.join('')}${texts === '' ? '' : `, but ${texts} is asked for`}`;
}

function relation({ text, isConstraint }: AskedLine, wishes: readonly Wish[]): string {
  const wish = wishes.find(({ asker }) => asker === text.replaceAll(' ', ''));
  const because = wish === undefined ? '' : `, and wants ${wish.wanted}`;
  return `'${text}' is ${isConstraint ? 'held' : 'asked for'} here${because}`;
}

/** A way in which the first line alone of these is gone; others that contradict may be gone with it. */
function hintOf(
  [first, ...others]: readonly AskedLine[],
  clash: string | undefined,
  { ways, isPartial }: Surroundings,
): string {
  const name = clash ?? nameOf(first!.text);
  const fitting = ways.filter(
    ({ without, versions }) =>
      without.includes(first!) && versions.has(name) && !others.some((line) => without.includes(line)),
  );
  const way = fitting.sort((a, b) => a.without.length - b.without.length)[0];
  const also = way && way.without.length > 1 ? ' and what else contradicts' : '';
  const offer = way
    ? `; without '${first!.text}'${also}, ${name} ${way.versions.get(name)} meets the others`
    : '';
  const more = isPartial ? '; there may be more contradictions than were looked for' : '';
  return `change one of these requirements${offer}${more}`;
}

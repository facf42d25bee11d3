import type { Diagnostic, Result } from '../../base/index.ts';
import { parseRequirement } from '../requirement-lines.ts';
import type { Resolution, Unresolved } from '../uv.ts';
import { type Answer, findContradictions } from './contradictions.ts';
import { type AskedLine, explainContradictions } from './explain-contradiction.ts';
import type { PythonLines } from './python-lines.ts';
import { namesIn } from './uv-words.ts';

export type PythonQuestion = Pick<
  Resolution,
  'what' | 'requirements' | 'constraints' | 'preferred' | 'publishedBefore'
>;

export interface UnmetPython {
  readonly resolver: {
    attempt(question: PythonQuestion): Promise<Result<ReadonlyMap<string, string>, Unresolved>>;
  };
  /** For messages: `the Python packages of component:ai-core`. */
  readonly what: string;
  readonly lines: PythonLines;
}

/** uv answers such a question in a fraction of a second, as it has read the index by then. */
const MAX_QUESTIONS = 60;

/**
 * All that contradicts in the requirements of a component, its tests' included, after uv found no answer; where it is something
 * else that stands against an answer, that alone, at the first line that uv's words name.
 */
export async function explained(
  failure: Diagnostic,
  { resolver, what, lines }: UnmetPython,
): Promise<readonly Diagnostic[]> {
  const { own, constraints, development = [] } = lines;
  const all = [...own, ...development, ...constraints];
  if (!IS_UNMET.has(failure.code)) return [placed(failure, all)];
  const ask = async (asked: readonly AskedLine[]): Promise<Answer<AskedLine>> => {
    const answer = await resolver.attempt({
      what,
      requirements: asked.filter(({ isConstraint }) => !isConstraint).map(({ text }) => text),
      constraints: asked.filter(({ isConstraint }) => isConstraint).map(({ text }) => text),
      preferred: [],
    });
    if (answer.ok) return { kind: 'met', versions: answer.value };
    const { diagnostic, said } = answer.failure;
    if (!IS_UNMET.has(diagnostic.code)) return { kind: 'failed' };
    return { kind: 'unmet', lines: namedLines(asked, said), refusal: { said, failure: diagnostic } };
  };
  const running = await findContradictions({
    lines: [...own, ...constraints],
    ask,
    maximumQuestions: MAX_QUESTIONS,
  });
  const found =
    development.length === 0
      ? running
      : await findContradictions({ lines: all, ask, maximumQuestions: MAX_QUESTIONS, known: running.found });
  return found.found.length === 0 ? [placed(failure, all)] : explainContradictions(found, what);
}

const IS_UNMET: ReadonlySet<string> = new Set(['dependencies/unresolvable', 'dependencies/no-wheel']);

function namedLines(lines: readonly AskedLine[], said: string): readonly AskedLine[] {
  const names = namesIn(said);
  return lines.filter(({ text }) => names.has(parseRequirement(text)?.name ?? ''));
}

/** Underlines the requirement that the resolver names: the component's own first, then one of a root file. */
function placed(failure: Diagnostic, lines: readonly AskedLine[]): Diagnostic {
  const [first, ...others] = namedLines(lines, failure.message);
  if (!first || failure.cause === 'environment') return failure;
  const related = others
    .slice(0, 5)
    .map(({ text, span }) => ({ message: `'${text}' is asked for here`, span }));
  return { ...failure, span: first.span, related };
}

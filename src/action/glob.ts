import { InternalError } from '../base/index.ts';
import { CharacterAutomaton, type CharacterTest, type Matching } from './glob-automaton.ts';

/** Patterns that one text may stand for; more is a mistake, not a wish. */
const MAX_ALTERNATIVES = 256;

/**
 * A set of path patterns: `*` and `?` within a name, `[a-z]` and `[!a]`, `{a,b}`, `**` as a whole name for any
 * number of folders, a trailing `/` for everything below, `\` before a character that is meant literally. Dot files
 * are files like others. Patterns stand for whole paths from the root; matching takes time linear in the path.
 */
export interface Glob {
  matches(path: string): boolean;
  /** For walking a tree: the state at its root. */
  readonly start: Matching;
}

/** What is wrong with a pattern, for a diagnostic; `undefined` when it can be used. */
export function globProblem(pattern: string): string | undefined {
  if (pattern === '') return 'an empty pattern matches nothing';
  if (pattern.startsWith('/')) return 'a pattern is relative; it does not start with "/"';
  if (pattern.split('/').includes('..')) return 'a pattern cannot leave its folder with ".."';
  if (expandBraces(pattern) === undefined)
    return `a pattern stands for at most ${MAX_ALTERNATIVES} alternatives`;
  return undefined;
}

/** Compiles patterns that `globProblem` accepts; a path matches when any of them does. */
export function compileGlob(patterns: readonly string[]): Glob {
  const automaton = new CharacterAutomaton();
  for (const pattern of patterns) {
    const alternatives = expandBraces(pattern);
    if (!alternatives) throw new InternalError(`unchecked pattern: ${pattern}`);
    for (const alternative of alternatives) addPattern(automaton, alternative);
  }
  const start = automaton.start();
  return { start, matches: (path) => start.advance(path).isAccepting };
}

/** All texts that a pattern with braces stands for; `undefined` when they are too many. */
export function expandBraces(pattern: string): string[] | undefined {
  const brace = firstBrace(pattern);
  if (!brace) return [pattern];
  const head = pattern.slice(0, brace.open);
  const tails = expandBraces(pattern.slice(brace.close + 1));
  const expanded: string[] = [];
  for (const part of brace.parts) {
    const middles = expandBraces(part);
    if (!tails || !middles || expanded.length + tails.length * middles.length > MAX_ALTERNATIVES)
      return undefined;
    for (const middle of middles) for (const tail of tails) expanded.push(head + middle + tail);
  }
  return expanded;
}

/** The first `{…}` with its parts; a brace that is never closed is an ordinary character. */
function firstBrace(pattern: string): { open: number; close: number; parts: string[] } | undefined {
  let depth = 0;
  let open = -1;
  let partStart = 0;
  let parts: string[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '[') at = classEnd(pattern, at) ?? at;
    else if (character === '{') {
      if (depth++ > 0) continue;
      [open, partStart, parts] = [at, at + 1, []];
    } else if (depth === 1 && (character === ',' || character === '}')) {
      parts.push(pattern.slice(partStart, at));
      partStart = at + 1;
      if (character === '}') return { open, close: at, parts };
    } else if (character === '}' && depth > 0) depth--;
  }
  return undefined;
}

/** Index of the `]` that closes the class at `open`; a `]` that comes first is a member. */
function classEnd(pattern: string, open: number): number | undefined {
  let at = open + 1;
  if (pattern[at] === '!' || pattern[at] === '^') at++;
  for (let first = true; at < pattern.length; at++, first = false) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '/') return undefined;
    else if (pattern[at] === ']' && !first) return at;
  }
  return undefined;
}

function addPattern(automaton: CharacterAutomaton, pattern: string): void {
  const names = pattern.split('/').filter((name, index) => name !== '.' && (name !== '' || index > 0));
  const isBelow = names.at(-1) === '' || names.length === 0;
  const solid = names.filter((name) => name !== '');
  if (isBelow) solid.push('**');
  const path = automaton.begin();
  solid.forEach((name, index) => {
    const isLast = index === solid.length - 1;
    if (name === '**') {
      if (isLast) path.rest();
      else path.folders();
      return;
    }
    addName(path, name);
    if (!isLast) path.one((code) => code === SLASH);
  });
  if (pattern !== '') path.accept();
}

const SLASH = 0x2f;
const notSlash: CharacterTest = (code) => code !== SLASH;

function addName(path: ReturnType<CharacterAutomaton['begin']>, name: string): void {
  for (let at = 0; at < name.length; at++) {
    const character = name[at]!;
    const end = character === '[' ? classEnd(name, at) : undefined;
    if (character === '*') path.many(notSlash);
    else if (character === '?') path.one(notSlash);
    else if (end !== undefined) {
      path.one(classTest(name.slice(at + 1, end)));
      at = end;
    } else {
      if (character === '\\' && at + 1 < name.length) at++;
      const code = name.codePointAt(at)!;
      if (code > 0xffff) at++;
      path.one((other) => other === code);
    }
  }
}

function classTest(body: string): CharacterTest {
  const isNegated = body.startsWith('!') || body.startsWith('^');
  const characters: { code: number; isRange: boolean }[] = [];
  const members = [...(isNegated ? body.slice(1) : body)];
  for (let at = 0; at < members.length; at++) {
    const isEscaped = members[at] === '\\' && at + 1 < members.length;
    if (isEscaped) at++;
    characters.push({ code: members[at]!.codePointAt(0)!, isRange: !isEscaped && members[at] === '-' });
  }
  const ranges: [number, number][] = [];
  for (let at = 0; at < characters.length; at++) {
    const from = characters[at]!.code;
    const to = characters[at + 1]?.isRange ? characters[at + 2]?.code : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (code) => notSlash(code) && ranges.some(([from, to]) => from <= code && code <= to) !== isNegated;
}

import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Diagnostic, SourceFile, Span } from '../base/index.ts';
import type { ConfigCode } from './diagnostics.ts';
import { type InterpolationProblem, interpolate, type Variables } from './interpolate.ts';
import type { Place } from './place.ts';

export const MAX_DEPTH = 64;
const MAX_ALIASED_VALUES = 10_000;

export interface WalkedValue {
  readonly value: unknown;
  readonly place: Place;
  readonly variables: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a node is inside of. */
interface Surroundings {
  readonly depth: number;
  readonly key: string | undefined;
  readonly parentKey: string | undefined;
  readonly keySpan: Span | undefined;
  /** The outermost alias that led here. */
  readonly alias: Span | undefined;
}

/**
 * Turns nodes into plain values (objects without a prototype) and their places: resolves aliases under a limit,
 * interpolates variables, reports duplicate and merge keys.
 */
export function walkValue(
  root: Node,
  { source, variables }: { source: SourceFile; variables: Variables },
): WalkedValue {
  const walk = new Walk(source, variables);
  const surroundings = {
    depth: 0,
    key: undefined,
    parentKey: undefined,
    keySpan: undefined,
    alias: undefined,
  };
  const { value, place } = walk.visit(root, surroundings);
  return { value, place, variables: walk.used, diagnostics: walk.diagnostics };
}

/** No command, variable or path of a program can hold NUL, and the others are never meant. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

interface Visited {
  readonly value: unknown;
  readonly place: Place;
}

const NO_CHILDREN: ReadonlyMap<string | number, Place> = new Map();

class Walk {
  readonly diagnostics: Diagnostic[] = [];
  readonly used = new Set<string>();
  readonly #file: SourceFile;
  readonly #variables: Variables;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliasedValues = 0;

  constructor(file: SourceFile, variables: Variables) {
    this.#file = file;
    this.#variables = variables;
  }

  visit(node: unknown, around: Surroundings): Visited {
    const span = this.#spanOf(node, around.keySpan);
    if (isAlias(node)) return this.#visitAlias(node.source, span, around);
    if (around.alias && ++this.#aliasedValues > MAX_ALIASED_VALUES) {
      if (this.#aliasedValues === MAX_ALIASED_VALUES + 1) {
        const message = `aliases expand to more than ${MAX_ALIASED_VALUES} values`;
        this.#report('config/alias-limit', message, around.alias);
      }
      return leaf(undefined, span, around);
    }
    if (around.depth > MAX_DEPTH) {
      this.#report('config/too-deep', `values are nested more than ${MAX_DEPTH} levels deep`, span);
      return leaf(undefined, span, around);
    }
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#inside(node, () => this.#visitMap(node, span, around));
    if (isSeq(node)) return this.#inside(node, () => this.#visitSeq(node, span, around));
    return leaf(isScalar(node) ? this.#scalar(node, span, around) : null, span, around);
  }

  #inside(node: Node, visit: () => Visited): Visited {
    this.#open.add(node);
    const visited = visit();
    this.#open.delete(node);
    return visited;
  }

  #visitAlias(name: string, span: Span, around: Surroundings): Visited {
    const target = this.#anchors.get(name);
    if (!target) {
      this.#report('config/unknown-anchor', `no value is marked &${name} before this place`, span);
      return leaf(undefined, span, around);
    }
    if (this.#open.has(target)) {
      this.#report('config/alias-limit', `*${name} stands inside of the value that it names`, span);
      return leaf(undefined, span, around);
    }
    if (this.#aliasedValues > MAX_ALIASED_VALUES) return leaf(undefined, span, around);
    return this.visit(target, { ...around, alias: around.alias ?? span });
  }

  #visitMap(map: YAMLMap, span: Span, around: Surroundings): Visited {
    const value = Object.create(null) as Record<string, unknown>;
    const children = new Map<string | number, Place>();
    for (const pair of map.items as Pair<unknown, unknown>[]) {
      const keySpan = this.#spanOf(pair.key, undefined);
      const key = isScalar(pair.key) ? String(pair.key.value ?? '') : '';
      if (!isScalar(pair.key)) this.#report('config/bad-yaml', 'a key must be a plain text', keySpan);
      else if (key === '<<') this.#reportMergeKey(keySpan);
      else if (children.has(key)) this.#reportDuplicate(key, keySpan, children.get(key)?.keySpan);
      else {
        const inner = { ...around, depth: around.depth + 1, key, parentKey: around.key, keySpan };
        const child = this.visit(pair.value, inner);
        value[key] = child.value;
        children.set(key, child.place);
      }
    }
    return { value, place: placeOf(span, around, children) };
  }

  #visitSeq(seq: YAMLSeq, span: Span, around: Surroundings): Visited {
    const children = new Map<string | number, Place>();
    const value = seq.items.map((item, index) => {
      const inner = { ...around, depth: around.depth + 1, keySpan: undefined };
      const child = this.visit(item, inner);
      children.set(index, child.place);
      return child.value;
    });
    return { value, place: placeOf(span, around, children) };
  }

  #scalar(node: Scalar, span: Span, around: Surroundings): unknown {
    const { value } = node;
    if (around.parentKey === 'env' && (typeof value === 'number' || typeof value === 'boolean')) {
      return node.source ?? String(value);
    }
    if (typeof value !== 'string') return value;
    const text = around.key === 'command' ? value : this.#interpolated(value, span);
    const control = CONTROL.exec(text)?.[0];
    if (control !== undefined) this.#reportControl(control, span);
    return text;
  }

  #interpolated(value: string, span: Span): string {
    const { text, problems } = interpolate(value, (name) => {
      this.used.add(name);
      return Object.hasOwn(this.#variables, name) ? this.#variables[name] : undefined;
    });
    for (const problem of problems) this.#reportVariable(problem, span);
    return text;
  }

  #spanOf(node: unknown, otherwise: Span | undefined): Span {
    const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
    const file = this.#file;
    if (range) return { file, start: range[0], end: trimmedEnd(file.text, range[0], range[1]) };
    return otherwise ?? { file, start: 0, end: 0 };
  }

  #reportVariable(problem: InterpolationProblem, within: Span): void {
    const span = occurrenceIn(within, problem.text, problem.occurrence);
    if (problem.kind === 'undefined') {
      const { name } = problem;
      this.#report('config/undefined-variable', `the variable ${name} has no value`, span, {
        hint: `set ${name} in the environment, or give a default: \${${name}:-…}`,
      });
    } else {
      this.#report('config/bad-variable', `\`${shortened(problem.text)}\` is no variable`, span, {
        hint: 'write ${NAME} or ${NAME:-default}; $$ stands for a dollar sign',
      });
    }
  }

  #reportControl(character: string, span: Span): void {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    this.#report('config/control-character', `the text holds the control character U+${code}`, span, {
      hint: 'let the program that reads it make the character, as in `printf "\\033"`; only tabs and line ends may stand here',
    });
  }

  #reportMergeKey(span: Span): void {
    this.#report('config/merge-key', 'merge keys are not part of YAML 1.2', span, {
      hint: 'write the keys out, or name a whole value by an alias: `env: *common`',
    });
  }

  #reportDuplicate(key: string, span: Span, first: Span | undefined): void {
    const related = first ? { related: [{ message: 'it stands here first', span: first }] } : {};
    this.#report('config/duplicate-key', `the key \`${shortened(key)}\` stands twice`, span, related);
  }

  #report(code: ConfigCode, message: string, span: Span, more: Partial<Diagnostic> = {}): void {
    this.diagnostics.push({ code, severity: 'error', message, span, ...more });
  }
}

function leaf(value: unknown, span: Span, around: Surroundings): Visited {
  return { value, place: placeOf(span, around, NO_CHILDREN) };
}

function placeOf(span: Span, around: Surroundings, children: ReadonlyMap<string | number, Place>): Place {
  return { span, children, ...(around.keySpan ? { keySpan: around.keySpan } : {}) };
}

/** Block collections and block texts end after their last line; the underline should not. */
function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /\s/.test(text[at - 1]!)) at--;
  return at;
}

/** The `occurrence`-th place of `text` in the span; the whole span where escapes hide it. */
function occurrenceIn(within: Span, text: string, occurrence: number): Span {
  let at = within.start - 1;
  for (let count = 0; count <= occurrence; count++) {
    at = within.file.text.indexOf(text, at + 1);
    if (at < 0 || at + text.length > within.end) return within;
  }
  return { file: within.file, start: at, end: at + text.length };
}

/** So that a hostile value cannot flood a message. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

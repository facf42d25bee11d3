import type { z } from 'zod';
import { type Diagnostic, nearest } from '../base/index.ts';
import type { ConfigCode } from './diagnostics.ts';
import type { KeyPath, Places } from './place.ts';
import { FORMATS, type FormatName } from './shapes.ts';
import { shortened } from './walk-value.ts';

type Issue = z.core.$ZodIssue;

interface Explanation {
  readonly code: ConfigCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Turns what the shape found into diagnostics; `shape` is asked for the keys that would have been right. */
export function explainIssues(
  issues: readonly Issue[],
  { value, places, shape }: { value: unknown; places: Places; shape: z.ZodType },
): Diagnostic[] {
  return issues.flatMap((issue): Diagnostic[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(shape, issue.path, value);
      return issue.keys.map((key) => unknownKey(key, [...issue.path, key], { places, known }));
    }
    const actual = valueAt(value, issue.path);
    const isMissing = actual === undefined && !places.has(issue.path);
    const found = isMissing ? missingKey(issue) : explain(issue, actual);
    if (actual === undefined && !isMissing) return [];
    const span = isMissing
      ? places.keySpanOf(issue.path.slice(0, -1))
      : issue.code === 'invalid_key'
        ? places.keySpanOf(issue.path)
        : places.spanOf(issue.path);
    return [{ severity: 'error', ...dropUndefined(found), span }];
  });
}

function unknownKey(
  key: string,
  path: KeyPath,
  { places, known }: { places: Places; known: readonly string[] },
): Diagnostic {
  const near = nearest(key, known);
  const hint = near
    ? `did you mean \`${near}\`?`
    : known.length > 0
      ? `possible keys: ${known.join(', ')}`
      : undefined;
  return {
    code: 'config/unknown-key',
    severity: 'error',
    message: `the key \`${shortened(key)}\` has no meaning here`,
    ...(hint ? { hint } : {}),
    span: places.keySpanOf(path),
  };
}

function missingKey(issue: Issue): Explanation {
  const key = String(issue.path.at(-1));
  return { code: 'config/missing-key', message: `the key \`${key}\` is missing`, hint: missingHint(issue) };
}

function missingHint(issue: Issue): string | undefined {
  if (issue.code === 'invalid_value') return `possible values: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return `it is ${EXPECTED[issue.expected] ?? issue.expected}`;
  return undefined;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys',
  record: 'a mapping of keys',
};

function explain(issue: Issue, actual: unknown): Explanation {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, actual);
    case 'invalid_value':
      return unknownValue(actual, issue.values.map(String));
    case 'invalid_union':
      return unknownValue(actual, ['tarball', 'container', 'mobile', 'binary', 'data']);
    case 'invalid_format':
      return wrongFormat(issue.message, String(actual));
    case 'invalid_key':
      return wrongFormat(issue.issues[0]?.message ?? '', String(issue.path.at(-1)));
    case 'too_small':
      return { code: 'config/out-of-range', ...bound(actual, 'at least', issue.minimum) };
    case 'too_big':
      return { code: 'config/out-of-range', ...bound(actual, 'at most', issue.maximum) };
    default:
      return { code: 'config/bad-value', message: issue.message };
  }
}

function bound(actual: unknown, word: string, limit: number | bigint): Pick<Explanation, 'message' | 'hint'> {
  if (typeof actual === 'number') {
    return { message: `${actual} is out of range`, hint: `the number is ${word} ${limit}` };
  }
  const what = Array.isArray(actual) ? 'list' : 'text';
  return { message: `the ${what} is ${word === 'at least' ? 'empty' : 'too long'}`, hint: undefined };
}

function wrongType(expected: string, actual: unknown): Explanation {
  const wanted = EXPECTED[expected] ?? expected;
  const isQuotable = expected === 'string' && (typeof actual === 'number' || typeof actual === 'boolean');
  const isSingle = expected === 'array' && typeof actual === 'string';
  return {
    code: 'config/wrong-type',
    message: `expected ${wanted}, found ${nounOf(actual)}`,
    hint: isQuotable
      ? `put it in quotes: "${actual}"`
      : isSingle
        ? `write it as a list: ["${shortened(actual)}"]`
        : undefined,
  };
}

function nounOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return `the ${typeof value === 'string' ? 'text' : typeof value} \`${shortened(String(value))}\``;
}

function unknownValue(actual: unknown, values: readonly string[]): Explanation {
  const near = typeof actual === 'string' ? nearest(actual, values) : undefined;
  const list = `possible values: ${values.join(', ')}`;
  return {
    code: 'config/unknown-value',
    message: `${nounOf(actual)} is not possible here`,
    hint: near ? `did you mean \`${near}\`? ${list}` : list,
  };
}

function wrongFormat(name: string, actual: string): Explanation {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name as FormatName] : undefined;
  if (!format) return { code: 'config/bad-value', message: name };
  return { code: format.code, message: `\`${shortened(actual)}\` is not ${format.noun}`, hint: format.hint };
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

/** The keys of the object shape at `path`. A union is entered by the option whose `type` the value has. */
function keysAt(shape: z.ZodType, path: KeyPath, value: unknown): string[] {
  let at: unknown = unwrapped(shape, value);
  let here = value;
  for (const key of path) {
    here = valueAt(here, [key]);
    const definition = defOf(at);
    const next = definition?.shape?.[String(key)] ?? definition?.element ?? definition?.valueType;
    at = unwrapped(next, here);
  }
  return Object.keys(defOf(at)?.shape ?? {});
}

interface Definition {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly innerType?: unknown;
  readonly options?: readonly unknown[];
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
}

function defOf(shape: unknown): Definition | undefined {
  return (shape as { readonly def?: Definition } | undefined)?.def;
}

function unwrapped(shape: unknown, value: unknown): unknown {
  let at = shape;
  for (let inner = defOf(at)?.innerType; inner !== undefined; inner = defOf(at)?.innerType) at = inner;
  const options = defOf(at)?.options;
  if (!options) return at;
  const type = valueAt(value, ['type']);
  return options.find((option) => {
    const definition = defOf(defOf(option)?.shape?.type);
    return definition?.values?.includes(type) || Object.hasOwn(definition?.entries ?? {}, String(type));
  });
}

function dropUndefined({ code, message, hint }: Explanation): {
  code: string;
  message: string;
  hint?: string;
} {
  return hint === undefined ? { code, message } : { code, message, hint };
}

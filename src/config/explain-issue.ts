import type { z } from 'zod';
import { type Diagnostic, nearest } from '../base/index.ts';
import type { ConfigCode } from './diagnostics.ts';
import { FORMATS, type FormatName } from './formats.ts';
import type { KeyPath, Places } from './place.ts';
import { type Allowed, allowedAt } from './shape-at.ts';
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
      const known = allowedAt(shape, issue.path, value).keys;
      return issue.keys.map((key) => unknownKey(key, [...issue.path, key], { places, known }));
    }
    const actual = valueAt(value, issue.path);
    const isMissing = actual === undefined && !places.has(issue.path);
    if (actual === undefined && !isMissing) return [];
    const outer = issue.code === 'invalid_union' ? issue.path.slice(0, -1) : issue.path;
    const allowed = allowedAt(shape, outer, value);
    const found = isMissing
      ? missingKey(issue, allowed)
      : explain(issue, { value: actual, text: places.textOf(issue.path), allowed });
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

function missingKey(issue: Issue, allowed: Allowed): Explanation {
  const key = String(issue.path.at(-1));
  return {
    code: 'config/missing-key',
    message: `the key \`${key}\` is missing`,
    hint: missingHint(issue, allowed),
  };
}

function missingHint(issue: Issue, allowed: Allowed): string | undefined {
  if (allowed.types.length > 0) return `possible values: ${allowed.types.join(', ')}`;
  if (allowed.format) return allowed.format.hint;
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

interface Actual {
  readonly value: unknown;
  /** As it is written. */
  readonly text: string;
  readonly allowed: Allowed;
}

function explain(issue: Issue, actual: Actual): Explanation {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, actual);
    case 'invalid_value':
      return unknownValue(actual.value, issue.values.map(String));
    case 'invalid_union':
      return unknownValue(actual.value, actual.allowed.types);
    case 'invalid_format':
      return wrongFormat(issue.message, String(actual.value));
    case 'invalid_key':
      return wrongFormat(issue.issues[0]?.message ?? '', String(issue.path.at(-1)));
    case 'too_small':
      return {
        code: 'config/out-of-range',
        ...bound(actual.value, issue.inclusive === false ? 'more than' : 'at least', issue.minimum),
      };
    case 'too_big':
      return {
        code: 'config/out-of-range',
        ...bound(actual.value, issue.inclusive === false ? 'less than' : 'at most', issue.maximum),
      };
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

function wrongType(expected: string, { value, text, allowed }: Actual): Explanation {
  const { format, isTextList } = allowed;
  if (typeof value === 'number' && format?.code === 'config/bad-unit') {
    return { code: format.code, message: `\`${shortened(text)}\` has no unit`, hint: format.hint };
  }
  return {
    code: 'config/wrong-type',
    message: `expected ${EXPECTED[expected] ?? expected}, found ${nounOf(value, text)}`,
    hint: format?.hint ?? rewritten(expected, text, { value, isTextList }),
  };
}

/** How the same text would be of the right type. */
function rewritten(
  expected: string,
  text: string,
  { value, isTextList }: { value: unknown; isTextList: boolean },
): string | undefined {
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return `put it in quotes: "${shortened(text)}"`;
  }
  return isTextList && typeof value === 'string' ? `write it as a list: [${shortened(text)}]` : undefined;
}

function nounOf(value: unknown, text?: string): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'number' && !Number.isFinite(value)) return `\`${text ?? String(value)}\``;
  return `the ${typeof value === 'string' ? 'text' : typeof value} \`${shortened(text ?? String(value))}\``;
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

/** A time or a size of nothing. */
const NOTHING = /^0{1,9}(\.0{1,6})?[A-Za-z]{1,3}$/;

function wrongFormat(name: string, actual: string): Explanation {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name as FormatName] : undefined;
  if (!format) return { code: 'config/bad-value', message: name };
  if (format.code === 'config/bad-unit' && NOTHING.test(actual)) {
    return {
      code: 'config/out-of-range',
      message: `\`${actual}\` is out of range`,
      hint: 'write more than 0',
    };
  }
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

function dropUndefined({ code, message, hint }: Explanation): {
  code: string;
  message: string;
  hint?: string;
} {
  return hint === undefined ? { code, message } : { code, message, hint };
}

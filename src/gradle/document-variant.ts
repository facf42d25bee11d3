import type { FieldFact, VariantFacts } from './facts.ts';
import type { Gaps } from './gaps.ts';
import { type Value, whyUnknown } from './value.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Values of the build that a constant may have. */
const STAMPS = new Set(['BUILD_NUMBER', 'BUILD_VERSION', 'BUILD_ID', 'GIT_COMMIT', 'BUILD_TIME']);
const RESOURCE_TYPES = new Set(['string', 'bool', 'integer', 'color', 'dimen']);

/** What the app and each of its variants may say: constants, resources, placeholders. */
export function variantKeys(facts: VariantFacts, gaps: Gaps): Record<string, unknown> {
  const fields = facts.buildConfigFields.flatMap((field) => fieldEntry(field, gaps));
  const resources = facts.resValues.flatMap(({ type, name, value }) => {
    if (RESOURCE_TYPES.has(type) && /^[A-Za-z_][\w.]*$/.test(name))
      return [{ ...(type === 'string' ? {} : { type }), name, value: value.value }];
    gaps.add('gradle/setting', `resValue ${name} of type ${type} is not carried over`, { span: value.span });
    return [];
  });
  const placeholders = facts.placeholders.filter(([name]) => name !== '');
  return {
    ...(fields.length > 0 ? { buildConfigField: lastOfEach(fields) } : {}),
    ...(resources.length > 0 ? { resValue: lastOfEach(resources) } : {}),
    ...(placeholders.length > 0
      ? { manifestPlaceholders: Object.fromEntries(placeholders.map(([name, { value }]) => [name, value])) }
      : {}),
  };
}

/** A later line replaces an earlier one of the same name. */
function lastOfEach(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [`${entry.type}:${entry.name}`, entry])).values()];
}

function fieldEntry({ type, name, value }: FieldFact, gaps: Gaps): Entry[] {
  const isText = type === 'String' || type === 'java.lang.String';
  const found = isText ? textEntry(value) : type === 'long' ? longEntry(value) : expressionEntry(value);
  const isNamed = /^[A-Za-z_]\w*$/.test(name);
  if (!found || !isNamed) {
    gaps.add('gradle/unknown-value', `buildConfigField ${name} cannot be known: ${whyUnknown(value)}`, {
      span: value.span,
      hint: 'a class that uses it does not compile without: add it to `buildConfigField`',
    });
    return [];
  }
  if (found.stamp === 'BUILD_TIME')
    gaps.add('gradle/replaced-value', `${name} is the time of the commit in place of that of the build`, {
      span: value.span,
    });
  return [{ name, ...(isText ? {} : { type }), ...found }];
}

/** Gradle is given the Java text of a string, with its quotes. */
function textEntry(value: Value): { value?: string; stamp?: string } | undefined {
  if (value.kind === 'text') {
    const text = javaText(value.text);
    return text === undefined ? undefined : { value: text };
  }
  if (value.kind !== 'template') return undefined;
  const [open, inner, close, ...more] = value.parts;
  if (open !== '"' || close !== '"' || more.length > 0 || typeof inner !== 'object') return undefined;
  if (inner.kind === 'clock') return { stamp: 'BUILD_TIME' };
  return inner.kind === 'environment' && STAMPS.has(inner.name) ? { stamp: inner.name } : undefined;
}

/** `System.currentTimeMillis() + "L"` */
function longEntry(value: Value): { value?: string; stamp?: string } | undefined {
  const [inner, suffix, ...more] = value.kind === 'template' ? value.parts : [value, 'L'];
  const isTime = typeof inner === 'object' && inner.kind === 'clock' && inner.isMilliseconds;
  if (isTime && /^[lL]$/.test(String(suffix)) && more.length === 0) return { stamp: 'BUILD_TIME' };
  return expressionEntry(value);
}

function expressionEntry(value: Value): { value?: string; stamp?: string } | undefined {
  if (value.kind === 'text' && value.text !== '') return { value: value.text };
  if (value.kind === 'number') return { value: String(value.number) };
  return value.kind === 'boolean' ? { value: String(value.boolean) } : undefined;
}

/** What a literal of Java stands for; `undefined` for what is no single literal. */
function javaText(text: string): string | undefined {
  const literal = /^\s*"((?:[^"\\\n]|\\[btnfr"'\\])*)"\s*$/.exec(text)?.[1];
  return literal?.replaceAll(/\\(.)/g, (_, character: string) => JAVA_ESCAPES[character] ?? character);
}

const JAVA_ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' };

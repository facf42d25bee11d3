import type { Evaluator } from './evaluator.ts';
import type { Gaps } from './gaps.ts';
import type { Setting } from './settings.ts';
import { type Found, type Value, whyUnknown } from './value.ts';

/** What readers of settings share: values, and a place for what has none. */
export interface Reading {
  readonly evaluator: Evaluator;
  readonly gaps: Gaps;
}

export type Handler = (setting: Setting) => void;
export type Handlers = Readonly<Record<string, Handler>>;

export interface Within {
  readonly gaps: Gaps;
  /** The name of the block. */
  readonly within: string;
  /** A block's lines may also mean what is around it, as Gradle looks there for names it does not find. */
  readonly outer?: Handlers;
}

/** Gives each setting to its handler; what has none is told. */
export function readSettings(
  settings: readonly Setting[],
  handlers: Handlers,
  { gaps, within, outer = {} }: Within,
): void {
  for (const setting of settings) {
    if (setting.isOpaque) {
      gaps.code(setting.span);
      continue;
    }
    const name = plainName(setting.name);
    if (name === 'println') {
      gaps.note('`println` says nothing of the app', setting.span);
      continue;
    }
    const handler = [handlers, outer].find((each) => Object.hasOwn(each, name))?.[name];
    if (handler) handler(setting);
    else
      gaps.add('gradle/setting', `\`${setting.name}\` in ${within} is not carried over`, {
        span: setting.span,
      });
  }
}

/** One handler for several names. */
export function handle(names: readonly string[], handler: Handler): Handlers {
  return Object.fromEntries(names.map((name) => [name, handler]));
}

export function ignore({ gaps }: Reading, { name, span }: Setting): void {
  gaps.note(`\`${name}\` says nothing of the app`, span);
}

/** What is not known takes nothing away. */
export function set<Draft, Key extends keyof Draft>(
  draft: Draft,
  key: Key,
  value: Draft[Key] | undefined,
): void {
  if (value !== undefined) draft[key] = value;
}

/** Kotlin's `isMinifyEnabled` is Groovy's `minifyEnabled`; `minSdkVersion` is `minSdk`. */
function plainName(name: string): string {
  const bare = /^is[A-Z]/.test(name) ? name.charAt(2).toLowerCase() + name.slice(3) : name;
  return bare.replace(/^((?:min|target|max|compile)Sdk)Version$/, '$1');
}

export function blockOf({ block }: Setting): readonly Setting[] {
  return block ?? [];
}

/** The one value of a setting, as it is. */
export function valueIn({ evaluator }: Reading, { values, span }: Setting): Value {
  const [only, ...more] = values;
  if (only && more.length === 0) return evaluator.valueOf(only.value);
  return { kind: 'unknown', why: 'it is not one value', span };
}

export function textOf(reading: Reading, setting: Setting): Found<string> | undefined {
  const value = valueIn(reading, setting);
  if (value.kind === 'text') return { value: value.text, span: setting.span };
  return missing(reading, setting, value);
}

export function booleanOf(reading: Reading, setting: Setting): Found<boolean> | undefined {
  const value = valueIn(reading, setting);
  if (value.kind === 'boolean') return { value: value.boolean, span: setting.span };
  return missing(reading, setting, value);
}

/** A number, also as a text: `'34'`, `"android-34"`; or the name of another level that is known. */
export function levelOf(
  reading: Reading,
  setting: Setting,
  levels: Readonly<Record<string, number | undefined>> = {},
): Found<number> | undefined {
  const value = valueIn(reading, setting);
  const other =
    value.kind === 'reference' && Object.hasOwn(levels, value.path) ? levels[value.path] : undefined;
  if (other !== undefined) return { value: other, span: setting.span };
  const text =
    value.kind === 'number'
      ? String(value.number)
      : value.kind === 'text'
        ? value.text.replace(/^android-/, '')
        : '';
  if (/^\d{1,3}$/.test(text)) return { value: Number(text), span: setting.span };
  return missing(reading, setting, value);
}

export function missing(
  { gaps }: Pick<Reading, 'gaps'>,
  { name, span }: Pick<Setting, 'name' | 'span'>,
  value: Value,
): undefined {
  gaps.add('gradle/unknown-value', `\`${name}\` cannot be known: ${whyUnknown(value)}`, { span });
  return undefined;
}

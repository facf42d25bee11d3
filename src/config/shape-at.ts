import type { z } from 'zod';
import { FORMATS } from './formats.ts';

/** The part of zod's definitions that is looked into here. */
interface Definition {
  readonly type?: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly innerType?: unknown;
  readonly options?: readonly unknown[];
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly checks?: readonly { readonly _zod: { readonly def: { readonly pattern?: RegExp } } }[];
}

function definitionOf(shape: unknown): Definition {
  return (shape as { readonly def?: Definition } | undefined)?.def ?? {};
}

function withoutWrappers(shape: unknown): unknown {
  let at = shape;
  for (let inner = definitionOf(at).innerType; inner !== undefined; inner = definitionOf(at).innerType)
    at = inner;
  return at;
}

/** The shape of the value at `path`; a union is entered by the option whose `type` the value has, else by its kind. */
function shapeAt(root: z.ZodType, path: readonly PropertyKey[], value: unknown): unknown {
  let at = withoutWrappers(root);
  let here = value;
  for (const key of path) {
    const { shape, element, valueType } = definitionOf(optionOf(at, here));
    at = withoutWrappers(shape?.[String(key)] ?? element ?? valueType);
    here = (here as Record<PropertyKey, unknown> | undefined | null)?.[key];
  }
  return at;
}

function optionOf(shape: unknown, value: unknown): unknown {
  const { options } = definitionOf(shape);
  const type = (value as { readonly type?: unknown } | undefined | null)?.type;
  if (!options) return shape;
  return (
    options.find((option) => typesOf(option).includes(type)) ??
    options.find((option) => definitionOf(option).type === typeof value)
  );
}

function typesOf(option: unknown): readonly unknown[] {
  const { values, entries } = definitionOf(definitionOf(option).shape?.type);
  return values ?? Object.values(entries ?? {});
}

/** What the shape allows at a path of the value that is being checked. */
export interface Allowed {
  /** Keys of a mapping. */
  readonly keys: readonly string[];
  /** Values of `type` that tell the options of a union apart. */
  readonly types: readonly string[];
  /** A list of texts. */
  readonly isTextList: boolean;
  readonly format: (typeof FORMATS)[keyof typeof FORMATS] | undefined;
}

export function allowedAt(root: z.ZodType, path: readonly PropertyKey[], value: unknown): Allowed {
  const here = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const shape = shapeAt(root, path, value);
  const { options, element, checks } = definitionOf(shape);
  const patterns = (checks ?? []).map((check) => check._zod.def.pattern);
  return {
    keys: Object.keys(definitionOf(optionOf(shape, here)).shape ?? {}),
    types: (options ?? []).flatMap((option) => typesOf(option).map(String)),
    isTextList: definitionOf(withoutWrappers(element)).type === 'string',
    format: Object.values(FORMATS).find(({ pattern }) => patterns.includes(pattern)),
  };
}

import type { Span } from '../base/index.ts';
import type { Block } from './syntax.ts';

/** What is known of an expression without running Gradle. */
export type Value = { readonly span: Span } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'boolean'; readonly boolean: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Value> }
  /** A text with pieces that are known only in a build. */
  | { readonly kind: 'template'; readonly parts: readonly (string | Value)[] }
  /** An environment variable, and what stands for it where it is not set. */
  | { readonly kind: 'environment'; readonly name: string; readonly fallback?: Value }
  /** The time of the build, in milliseconds since 1970 or in another form. */
  | { readonly kind: 'clock'; readonly isMilliseconds: boolean }
  /** A name that no file defines: `signingConfigs.release`, `libs.junit`, `JavaVersion.VERSION_17`. */
  | { readonly kind: 'reference'; readonly path: string }
  /** A call of what no file defines: `project(':library')`, `files('libs/a.jar')`. */
  | {
      readonly kind: 'invocation';
      readonly path: string;
      readonly arguments: readonly NamedValue[];
      readonly block?: Block;
    }
  | { readonly kind: 'unknown'; readonly why: string }
);

export interface NamedValue {
  readonly name?: string;
  readonly value: Value;
}

/** A value that was found, and where. */
export interface Found<T> {
  readonly value: T;
  readonly span: Span;
}

/** Why a value that is no constant is none, to follow "cannot be known: ". */
export function whyUnknown(value: Value): string {
  switch (value.kind) {
    case 'unknown':
      return value.why;
    case 'environment':
      return `it is read from the environment variable ${value.name}`;
    case 'clock':
      return 'it is the time of the build';
    case 'reference':
      return `\`${value.path}\` is not defined in a file that was read`;
    case 'invocation':
      return `\`${value.path}(…)\` is computed when Gradle runs`;
    case 'template': {
      const part = value.parts.find((each) => typeof each !== 'string');
      return typeof part === 'object' ? whyUnknown(part) : 'it is computed when Gradle runs';
    }
    case 'null':
      return 'it is null';
    default:
      return 'it is not of the kind that is expected here';
  }
}

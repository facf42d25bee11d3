import type { JsonPath } from './json-place.ts';

/** Something of a manifest that is wrong: where, what, and what would be right. */
export interface ManifestProblem {
  readonly at: JsonPath;
  readonly message: string;
  readonly remedy: string;
}

export type Manifest = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Manifest =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

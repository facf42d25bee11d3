/** What a pickle would make, as far as it decides what the pickle imports and where it ends. Nothing is ever made of it. */
export type PickleValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'global'; readonly module: string; readonly name: string }
  | { readonly kind: 'tuple'; readonly items: readonly PickleValue[] }
  | { readonly kind: 'dict'; readonly entries: Map<string, PickleValue> }
  /** A call of `by`, or an object of that class. */
  | { readonly kind: 'made'; readonly by: PickleValue; readonly from: PickleValue; state?: PickleValue }
  | { readonly kind: 'other' };

export const OTHER: PickleValue = { kind: 'other' };

/** What of a tuple or a dictionary matters is short; the rest of a large one is not kept. */
export const KEPT_ITEMS = 100;

import { KEPT_ITEMS, OTHER, type PickleValue } from './pickle-values.ts';

/** Above what any real pickle has at once; one that has more is made to fill the memory. */
const DEEPEST = 2_000_000;

/**
 * The stack of Python's unpickler, with its marks and its memo, over values that stand for what it would make. It never fails:
 * where Python would, it goes on with `other`, so that what follows is seen, too.
 */
export class PickleStack {
  #items: PickleValue[] = [];
  readonly #marked: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  #depth = 0;

  get isTooDeep(): boolean {
    return this.#depth > DEEPEST;
  }

  push(value: PickleValue): void {
    this.#depth++;
    this.#items.push(value);
  }

  pop(): PickleValue {
    if (this.#items.length > 0) this.#depth--;
    return this.#items.pop() ?? OTHER;
  }

  get top(): PickleValue {
    return this.#items.at(-1) ?? OTHER;
  }

  mark(): void {
    this.#depth++;
    this.#marked.push(this.#items);
    this.#items = [];
  }

  /** All that was pushed since the mark. */
  popMark(): readonly PickleValue[] {
    const items = this.#items;
    this.#items = this.#marked.pop() ?? [];
    this.#depth -= Math.min(this.#depth, items.length + 1);
    return items;
  }

  /** What was pushed last, or the mark where nothing was since. */
  popOne(): void {
    if (this.#items.length > 0) this.pop();
    else this.popMark();
  }

  /** The last `count`, in the order of pushing. */
  popMany(count: number): readonly PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  remember(place: number | undefined): void {
    this.#memo.set(place ?? this.#memo.size, this.top);
  }

  recall(place: number): PickleValue {
    return this.#memo.get(place) ?? OTHER;
  }

  /** Pairs of key and value go into the dictionary on top. */
  setItems(items: readonly PickleValue[]): void {
    const target = this.top;
    if (target.kind !== 'dict') return;
    for (let at = 0; at + 1 < items.length && target.entries.size < KEPT_ITEMS; at += 2) {
      const key = items[at]!;
      if (key.kind === 'text') target.entries.set(key.text, items[at + 1]!);
    }
  }
}

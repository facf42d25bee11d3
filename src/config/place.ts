import type { SourceFile, Span } from '../base/index.ts';

export type KeyPath = readonly PropertyKey[];

/** Where a value stands in its text, and where the values in it stand. */
export interface Place {
  readonly span: Span;
  /** Of the key that it belongs to. */
  readonly keySpan?: Span;
  readonly children: ReadonlyMap<string | number, Place>;
}

/** Spans for paths of the value that was read from `file`. */
export class Places {
  readonly file: SourceFile;
  readonly #root: Place;

  constructor(file: SourceFile, root: Place) {
    this.file = file;
    this.#root = root;
  }

  /** The value's text; its key's where the value is empty; the nearest outer value's where there is none. */
  spanOf(path: KeyPath): Span {
    const place = this.#nearest(path);
    return place.span.end > place.span.start ? place.span : (place.keySpan ?? place.span);
  }

  /** The key's text; the value's where it has none. */
  keySpanOf(path: KeyPath): Span {
    const place = this.#nearest(path);
    return place.keySpan ?? place.span;
  }

  /** The value as it is written. */
  textOf(path: KeyPath): string {
    const { span } = this.#nearest(path);
    return span.file.text.slice(span.start, span.end);
  }

  has(path: KeyPath): boolean {
    let place: Place | undefined = this.#root;
    for (const key of path) place = place?.children.get(typeof key === 'symbol' ? '' : key);
    return place !== undefined;
  }

  #nearest(path: KeyPath): Place {
    let place = this.#root;
    for (const key of path) {
      const next = typeof key === 'symbol' ? undefined : place.children.get(key);
      if (!next) break;
      place = next;
    }
    return place;
  }
}

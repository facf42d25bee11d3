import type { SourceFile, Span } from '../base/index.ts';

/** The part of TOML that version catalogs are written in; every value has its place. */
export type TomlValue = { readonly span: Span } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly TomlValue[] }
  | { readonly kind: 'table'; readonly entries: ReadonlyMap<string, TomlValue> }
  /** Numbers, dates, and what is no TOML. */
  | { readonly kind: 'other' }
);

const KEY = /[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'/y;
const BLANK = /(?:[^\S\n]|#[^\n]*)*/y;
const BLANK_LINES = /(?:\s|#[^\n]*)*/y;
const MOST_NESTED = 20;

/** Tables by name, with dotted keys as tables in tables. Lines that cannot be read are left out. */
export function parseToml(file: SourceFile): ReadonlyMap<string, ReadonlyMap<string, TomlValue>> {
  const reader = new TomlReader(file);
  const tables = new Map<string, Map<string, TomlValue>>();
  let table = '';
  while (!reader.isAtEnd) {
    const header = reader.header();
    if (header !== undefined) table = header;
    else {
      const entry = reader.entry(0);
      const entries = tables.get(table) ?? new Map<string, TomlValue>();
      if (entry) add(entries, entry.path, entry.value);
      tables.set(table, entries);
    }
    reader.endLine();
  }
  return tables;
}

function add(entries: Map<string, TomlValue>, path: readonly string[], value: TomlValue): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    entries.set(name, value);
    return;
  }
  const before = entries.get(name);
  const inner = new Map(before?.kind === 'table' ? before.entries : []);
  add(inner, rest, value);
  entries.set(name, { kind: 'table', entries: inner, span: value.span });
}

class TomlReader {
  readonly #file: SourceFile;
  #at = 0;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#take(BLANK_LINES);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#file.text.length;
  }

  header(): string | undefined {
    const match = this.#take(/\[\s*([A-Za-z0-9_.-]+)\s*\]/y);
    return match?.[1];
  }

  entry(depth: number): { readonly path: readonly string[]; readonly value: TomlValue } | undefined {
    const path: string[] = [];
    do {
      this.#take(BLANK);
      const key = this.#take(KEY)?.[0];
      if (key === undefined) return undefined;
      path.push(key.replace(/^["']|["']$/g, ''));
      this.#take(BLANK);
    } while (this.#take(/\./y));
    if (path.length > MOST_NESTED || !this.#take(/=/y)) return undefined;
    this.#take(BLANK);
    return { path, value: this.#value(depth) };
  }

  endLine(): void {
    this.#take(/[^\n]*/y);
    this.#take(BLANK_LINES);
  }

  #value(depth: number): TomlValue {
    const start = this.#at;
    const content = depth > MOST_NESTED ? { kind: 'other' as const } : this.#content(depth);
    return { ...content, span: { file: this.#file, start, end: this.#at } };
  }

  #content(depth: number) {
    const quoted = this.#take(/"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/y);
    if (quoted) return { kind: 'text', text: quoted[2] ?? quoted[1]!.replace(/\\(.)/g, '$1') } as const;
    if (this.#take(/\[/y)) return { kind: 'list', items: this.#list(depth) } as const;
    if (this.#take(/\{/y)) return { kind: 'table', entries: this.#inlineTable(depth) } as const;
    this.#take(/[^\s,\]}#]*/y);
    return { kind: 'other' } as const;
  }

  #list(depth: number): TomlValue[] {
    const items: TomlValue[] = [];
    for (;;) {
      this.#take(BLANK_LINES);
      if (this.isAtEnd || this.#take(/\]/y)) return items;
      const before = this.#at;
      items.push(this.#value(depth + 1));
      this.#take(BLANK_LINES);
      if (!this.#take(/,/y) && this.#at === before) this.#at++;
    }
  }

  #inlineTable(depth: number): ReadonlyMap<string, TomlValue> {
    const entries = new Map<string, TomlValue>();
    for (;;) {
      this.#take(BLANK_LINES);
      if (this.isAtEnd || this.#take(/\}/y)) return entries;
      const before = this.#at;
      const entry = this.entry(depth + 1);
      if (entry) add(entries, entry.path, entry.value);
      this.#take(BLANK_LINES);
      if (!this.#take(/,/y) && this.#at === before) this.#at++;
    }
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#file.text);
    if (!match) return undefined;
    this.#at += match[0].length;
    return match;
  }
}

import { EXCEPTION_IDS, LICENCE_IDS } from './licence-ids.ts';
import { LICENCE_NAMES } from './licence-names.ts';

/** A licence expression (SPDX 2.3, annex D) with its ids as the list spells them. */
export type LicenceTree =
  | {
      readonly kind: 'licence';
      readonly id: string;
      /** Written as `id+`. */
      readonly orLater: boolean;
      readonly exception?: string;
    }
  /** No licence of the list: the words that were declared. */
  | { readonly kind: 'other'; readonly name: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly LicenceTree[] };

const IDS = new Map(LICENCE_IDS.map((id) => [id.toLowerCase(), id]));
const EXCEPTIONS = new Map(EXCEPTION_IDS.map((id) => [id.toLowerCase(), id]));
/** Declarations are short; what is longer is a licence's text. */
const MAX_CHARACTERS = 2000;
const MAX_DEPTH = 20;
const REFERENCE = /^(?:DocumentRef-[\w.-]+:)?LicenseRef-[A-Za-z0-9.-]+$/;

/** Thousands of packages declare the same few. */
const KNOWN = new Map<string, LicenceTree | undefined>();
const MAX_KNOWN = 1000;

/** Throws nothing: a text that is no expression is one name. `undefined` where it says nothing. */
export function parseLicence(declared: string): LicenceTree | undefined {
  if (KNOWN.has(declared)) return KNOWN.get(declared);
  const tree = readLicence(declared);
  if (KNOWN.size < MAX_KNOWN) KNOWN.set(declared, tree);
  return tree;
}

function readLicence(declared: string): LicenceTree | undefined {
  const text = declared.trim().replace(/\s+/g, ' ');
  if (text === '' || /^(noassertion|none|unknown|n\/a|see licen[cs]e.*)$/i.test(text)) return undefined;
  const whole = named(text);
  if (whole) return whole;
  if (text.length > MAX_CHARACTERS) return { kind: 'other', name: text.slice(0, MAX_CHARACTERS) };
  return new ExpressionReader(text).read() ?? { kind: 'other', name: text };
}

/** A licence by its id or by a name that is in use for it and for no other. */
function named(text: string): LicenceTree | undefined {
  const id = IDS.get(text.toLowerCase()) ?? LICENCE_NAMES.get(text.toLowerCase());
  return id === undefined ? undefined : { kind: 'licence', id: current(id), orLater: false };
}

/** SPDX has given up the short ids of GNU's licences, as nobody could tell whether a later version would do: `GPL-3.0` is `GPL-3.0-only`. */
function current(id: string): string {
  const [, base, later] = /^((?:[AL]?GPL|GFDL)-[\d.]+)(\+?)$/.exec(id) ?? [];
  if (base === undefined) return id;
  return `${base}${later === '+' ? '-or-later' : '-only'}`;
}

/** `or` binds weaker than `and`, `and` weaker than `with`; words between two operators are one name. */
class ExpressionReader {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = withoutSlashes(text).replace(/[()]/g, ' $& ').trim().split(/\s+/);
  }

  read(): LicenceTree | undefined {
    const tree = this.#joined('or');
    return this.#at === this.#tokens.length ? tree : undefined;
  }

  #joined(kind: 'or' | 'and'): LicenceTree | undefined {
    const parts: LicenceTree[] = [];
    do {
      const part = kind === 'or' ? this.#joined('and') : this.#single();
      if (!part) return undefined;
      parts.push(...(part.kind === kind ? part.parts : [part]));
    } while (this.#take(kind));
    return parts.length === 1 ? parts[0] : { kind, parts };
  }

  #single(): LicenceTree | undefined {
    if (this.#take('(')) {
      if (++this.#depth > MAX_DEPTH) return undefined;
      const inner = this.#joined('or');
      this.#depth--;
      return inner && this.#take(')') ? inner : undefined;
    }
    const name = this.#name();
    if (name === '') return undefined;
    const licence = licenceOf(name);
    if (!this.#take('with')) return licence;
    const stated = this.#name();
    if (stated === '') return undefined;
    const exception = EXCEPTIONS.get(stated.toLowerCase());
    if (exception !== undefined && licence.kind === 'licence') return { ...licence, exception };
    return { kind: 'other', name: `${name} with ${stated}` };
  }

  /** The words up to the next operator. */
  #name(): string {
    const from = this.#at;
    while (this.#at < this.#tokens.length && !isOperator(this.#tokens[this.#at]!)) this.#at++;
    return this.#tokens.slice(from, this.#at).join(' ');
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }
}

/** `MIT/Apache-2.0`, as Cargo had it. */
function withoutSlashes(text: string): string {
  const sides = text.split('/');
  return sides.length > 1 && sides.every((side) => named(side.trim())) ? sides.join(' OR ') : text;
}

function isOperator(token: string): boolean {
  return /^(and|or|with|\(|\))$/i.test(token);
}

function licenceOf(name: string): LicenceTree {
  const known = named(name);
  if (known) return known;
  const base = name.endsWith('+') ? IDS.get(name.slice(0, -1).toLowerCase()) : undefined;
  const later = base === undefined ? undefined : IDS.get(current(`${base}+`).toLowerCase());
  if (later !== undefined) return { kind: 'licence', id: later, orLater: false };
  if (base !== undefined) return { kind: 'licence', id: base, orLater: true };
  return { kind: 'other', name };
}

/** Whether a name can stand in an expression as it is. */
export function isLicenceReference(name: string): boolean {
  return REFERENCE.test(name);
}

import { fail, ok, type Result } from '../base/index.ts';
import { parseShellPattern, withoutPrefix, withoutSuffix, withReplaced } from './shell-pattern.ts';

/** What a variable is where a word stands: a value, known to be unset, or not to be told yet. */
export type Variable =
  | { readonly kind: 'set'; readonly value: string }
  | { readonly kind: 'unset' | 'unknown' };

export interface WordScope {
  /** The `escape` directive's character. */
  readonly escape: string;
  /** Quotes are text like any other, as in a here-document. */
  readonly keepsQuotes?: boolean;
  /** `isPlain` where the word gives no value of its own for a variable that is not set. */
  lookup(name: string, isPlain: boolean): Variable;
}

export type WordFailure =
  /** The value depends on a variable that is not known yet. */
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'malformed'; readonly message: string }
  /** `${X:?message}`. */
  | { readonly kind: 'required'; readonly name: string; readonly message: string };

/**
 * Replaces variables, quotes and escapes of one word as the Dockerfile reference says: `$X`, `${X}`, with `-`, `+` and
 * `?`, with and without colon, and with `#`, `##`, `%`, `%%`, `/` and `//`. Single quotes keep everything, double quotes
 * all but `$` and escapes.
 */
export function expandWord(word: string, scope: WordScope): Result<string, WordFailure> {
  const expansion = new Expansion(word, scope);
  const value = expansion.run(undefined);
  return expansion.failure ? fail(expansion.failure) : ok(value);
}

/** The names of the variables that a word reads without a default, in order. */
export function plainVariablesOf(word: string, escapeCharacter: string): string[] {
  const names: string[] = [];
  expandWord(word, {
    escape: escapeCharacter,
    lookup(name, isPlain) {
      if (isPlain) names.push(name);
      return { kind: 'set', value: '' };
    },
  });
  return names;
}

/** A word whose expansion is `text`. */
export function quoteWord(text: string): string {
  return text === '' ? '' : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** Deeper than anybody writes, and far from the end of our stack. */
const MAX_DEPTH = 100;

class Expansion {
  failure: WordFailure | undefined;
  readonly #text: string;
  readonly #scope: WordScope;
  #at = 0;
  #depth = 0;

  constructor(text: string, scope: WordScope) {
    this.#text = text;
    this.#scope = scope;
  }

  /** Up to `stop` on this level, or to the end; `keepsEscapes` for a pattern, which reads them itself. */
  run(stop: string | undefined, keepsEscapes = false): string {
    const hasQuotes = this.#scope.keepsQuotes !== true;
    let value = '';
    while (this.#at < this.#text.length && !this.failure) {
      const char = this.#text[this.#at]!;
      if (char === stop) return value;
      if (char === "'" && hasQuotes) value += this.#singleQuoted();
      else if (char === '"' && hasQuotes) value += this.#doubleQuoted();
      else if (char === '$') value += this.#variable();
      else if (char === this.#scope.escape) {
        value += keepsEscapes ? this.#text.slice(this.#at, this.#at + 2) : (this.#text[this.#at + 1] ?? '');
        this.#at += 2;
      } else {
        value += char;
        this.#at++;
      }
    }
    if (stop !== undefined) this.#fail({ kind: 'malformed', message: `a closing ${stop} is missing` });
    return value;
  }

  #fail(failure: WordFailure): string {
    this.failure ??= failure;
    return '';
  }

  #singleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) return this.#fail({ kind: 'malformed', message: "a closing ' is missing" });
    const value = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return value;
  }

  #doubleQuoted(): string {
    let value = '';
    this.#at++;
    while (this.#at < this.#text.length && !this.failure) {
      const char = this.#text[this.#at]!;
      const next = this.#text[this.#at + 1];
      if (char === '"') {
        this.#at++;
        return value;
      }
      if (char === '$') value += this.#variable();
      else if (char === this.#scope.escape && (next === '"' || next === '$' || next === this.#scope.escape)) {
        value += next;
        this.#at += 2;
      } else {
        value += char;
        this.#at++;
      }
    }
    return this.#fail({ kind: 'malformed', message: 'a closing " is missing' });
  }

  #variable(): string {
    const rest = this.#text.slice(this.#at + 1);
    const plain = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-])/.exec(rest)?.[0];
    if (plain !== undefined) {
      this.#at += 1 + plain.length;
      return this.#value(plain);
    }
    if (!rest.startsWith('{')) {
      this.#at++;
      return '$';
    }
    const name = /^\{([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-])/.exec(rest)?.[1];
    if (name === undefined) return this.#fail({ kind: 'malformed', message: '${ is not followed by a name' });
    this.#at += 2 + name.length;
    if (this.#text[this.#at] === '}') {
      this.#at++;
      return this.#value(name);
    }
    return this.#modified(name);
  }

  /** From the modifier of `${name…}` to behind its brace. */
  #modified(name: string): string {
    if (++this.#depth > MAX_DEPTH)
      return this.#fail({ kind: 'malformed', message: 'braces lie too deep in each other' });
    const [modifier = ''] = /^(?::.?|\/\/?|##?|%%?|.)/s.exec(this.#text.slice(this.#at, this.#at + 2)) ?? [];
    this.#at += modifier.length;
    let value = '';
    if (/^:?[-+?]$/.test(modifier)) value = this.#withDefault(name, modifier);
    else if (/^[#%]/.test(modifier)) value = this.#trimmed(name, modifier);
    else if (modifier.startsWith('/')) value = this.#replaced(name, modifier);
    else if (modifier === '') this.#fail({ kind: 'malformed', message: 'a closing } is missing' });
    else
      this.#fail({
        kind: 'malformed',
        message: `the modifier ${modifier} of \${${name}} is not supported`,
      });
    this.#depth--;
    return value;
  }

  #withDefault(name: string, modifier: string): string {
    const word = this.#closed();
    if (this.failure) return '';
    const variable = this.#scope.lookup(name, false);
    if (variable.kind === 'unknown') return this.#fail({ kind: 'unknown', name });
    const value = variable.kind === 'set' ? variable.value : '';
    const isThere = variable.kind === 'set' && !(modifier.startsWith(':') && value === '');
    if (modifier.endsWith('+')) return isThere ? word : '';
    if (isThere) return value;
    if (modifier.endsWith('-')) return word;
    return this.#fail({ kind: 'required', name, message: word === '' ? `${name} must be set` : word });
  }

  #trimmed(name: string, modifier: string): string {
    const tokens = this.#pattern(this.#closed(true));
    const value = this.#value(name);
    if (!tokens || this.failure) return '';
    const trim = modifier.startsWith('#') ? withoutPrefix : withoutSuffix;
    return trim(value, tokens, modifier.length === 2) ?? this.#tooLong(name);
  }

  #replaced(name: string, modifier: string): string {
    const tokens = this.#pattern(this.run('/', true));
    this.#at++;
    const replacement = this.#closed(true);
    const value = this.#value(name);
    if (!tokens || this.failure) return '';
    const replaced = withReplaced(value, tokens, { replacement, isAll: modifier === '//' });
    return replaced ?? this.#tooLong(name);
  }

  /** Up to the brace that ends the substitution, and over it. */
  #closed(keepsEscapes = false): string {
    const word = this.run('}', keepsEscapes);
    this.#at++;
    return word;
  }

  #pattern(text: string): ReturnType<typeof parseShellPattern> {
    const tokens = parseShellPattern(text);
    if (!tokens) this.#fail({ kind: 'malformed', message: `the pattern ${text} has an escape that is none` });
    return tokens;
  }

  #tooLong(name: string): string {
    return this.#fail({ kind: 'malformed', message: `the value of ${name} is too long for this pattern` });
  }

  /** Positional and special parameters are always empty in a Dockerfile. */
  #value(name: string): string {
    if (!/^[A-Za-z_]/.test(name)) return '';
    const variable = this.#scope.lookup(name, true);
    if (variable.kind === 'unknown') return this.#fail({ kind: 'unknown', name });
    return variable.kind === 'set' ? variable.value : '';
  }
}

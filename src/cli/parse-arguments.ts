import { type Diagnostic, nearest, parseDurationMs, parseSizeBytes } from '../base/index.ts';
import type { CliCode } from './diagnostics.ts';
import { type FlagValue, makeFlags, type ParsedFlags } from './flags.ts';
import { COMMON_FLAGS, type FlagSpec, type VerbSpec } from './verb-spec.ts';

export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly flags: ParsedFlags;
  /** All that is wrong with the line. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the words after a verb. Flags may stand anywhere; `--` ends them. */
export function parseArguments(spec: VerbSpec, words: readonly string[]): ParsedArguments {
  return new Line(spec).read(words);
}

class Line {
  readonly #spec: VerbSpec;
  readonly #flags: readonly FlagSpec[];
  readonly #values = new Map<string, FlagValue>();
  readonly #positionals: string[] = [];
  readonly #diagnostics: Diagnostic[] = [];

  constructor(spec: VerbSpec) {
    this.#spec = spec;
    this.#flags = [...spec.flags, ...COMMON_FLAGS];
  }

  read(words: readonly string[]): ParsedArguments {
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!;
      if (word === '--') {
        this.#positionals.push(...words.slice(at + 1));
        break;
      }
      if (!word.startsWith('-') || word === '-') this.#positionals.push(word);
      else if (this.#flag(word, words[at + 1])) at++;
    }
    if (!this.#values.has('help')) this.#checkPositionals();
    return {
      positionals: this.#positionals,
      flags: makeFlags(this.#values),
      diagnostics: this.#diagnostics,
    };
  }

  /** True when the next word was the flag's value. */
  #flag(word: string, next: string | undefined): boolean {
    const { shown, spec, attached } = this.#find(word);
    if (!spec) {
      this.#unknown(shown);
      return false;
    }
    if (spec.kind === 'switch') {
      if (attached === undefined) this.#set(spec, true);
      else if (isRow(word, attached)) {
        this.#set(spec, true);
        return this.#flag(`-${attached}`, next);
      } else this.#report('cli/unexpected-value', `${shown} takes no value`);
      return false;
    }
    const value = attached ?? next;
    if (value === undefined || (attached === undefined && /^-\D/.test(value))) {
      this.#report(
        'cli/missing-value',
        `${shown} needs a value`,
        `write ${shown} ${spec.metavar ?? 'VALUE'}`,
      );
      return false;
    }
    this.#read(spec, shown, value);
    return attached === undefined;
  }

  #find(word: string): { shown: string; spec: FlagSpec | undefined; attached: string | undefined } {
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const shown = equals < 0 ? word : word.slice(0, equals);
      const spec = this.#flags.find(({ name }) => `--${name}` === shown);
      return { shown, spec, attached: equals < 0 ? undefined : word.slice(equals + 1) };
    }
    const shown = word.slice(0, 2);
    const spec = this.#flags.find(({ short }) => `-${short}` === shown);
    const rest = word.slice(2);
    return { shown, spec, attached: rest === '' ? undefined : rest.replace(/^=/, '') };
  }

  #unknown(shown: string): void {
    const near = nearest(
      shown,
      this.#flags.map(({ name }) => `--${name}`),
    );
    const hint = near ? `did you mean ${near}?` : `see mobileops ${this.#spec.name} --help`;
    this.#report('cli/unknown-flag', `${this.#spec.name} has no flag ${shown}`, hint);
  }

  #read(spec: FlagSpec, shown: string, text: string): void {
    const value = readValue(spec, text);
    if (value === undefined)
      this.#report('cli/bad-value', `${shown}: ${wanted(spec)}, not \`${text}\``, hintOf(spec, text));
    else this.#set(spec, value);
  }

  #set({ name, isRepeatable }: FlagSpec, value: FlagValue): void {
    const before = this.#values.get(name);
    if (isRepeatable) {
      this.#values.set(name, [...(Array.isArray(before) ? before : []), String(value)]);
      return;
    }
    if (before !== undefined && before !== value) {
      this.#report('cli/repeated-flag', `--${name} stands twice with different values`);
    }
    this.#values.set(name, value);
  }

  #checkPositionals(): void {
    let left = this.#positionals.length;
    for (const { name, minimum, maximum } of this.#spec.positionals) {
      if (left < minimum) {
        const example = this.#spec.examples[0]?.[0];
        const hint = example === undefined ? undefined : `for example: ${example}`;
        this.#report('cli/missing-argument', `${this.#spec.name} needs ${name}`, hint);
      }
      left -= Math.min(left, maximum);
    }
    for (const word of left > 0 ? this.#positionals.slice(-left) : []) {
      this.#report('cli/extra-argument', `${this.#spec.name} has no use for \`${word}\``);
    }
  }

  #report(code: CliCode, message: string, hint?: string): void {
    this.#diagnostics.push({
      code,
      severity: 'error',
      message,
      cause: 'input',
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Letters of several flags behind one dash: `-it`. */
function isRow(word: string, attached: string): boolean {
  return !word.startsWith('--') && word[2] !== '=' && /^[a-zA-Z]/.test(attached);
}

function readValue({ kind, choices, mayBeZero }: FlagSpec, text: string): FlagValue | undefined {
  switch (kind) {
    case 'count':
      return /^[1-9]\d{0,8}$/.test(text) || (mayBeZero && text === '0') ? Number(text) : undefined;
    case 'duration':
      return parseDurationMs(text) || (mayBeZero && parseDurationMs(text) === 0 ? 0 : undefined);
    case 'size':
      return parseSizeBytes(text);
    case 'choice':
      return choices?.includes(text) ? text : undefined;
    default:
      return text === '' ? undefined : text;
  }
}

function wanted({ kind, choices = [], mayBeZero }: FlagSpec): string {
  switch (kind) {
    case 'count':
      return `a whole number from ${mayBeZero ? 0 : 1}`;
    case 'duration':
      return 'a duration such as 90s or 10m';
    case 'size':
      return 'a size such as 500MiB or 10GiB';
    case 'choice':
      return `one of ${choices.join(', ')}`;
    default:
      return 'a text that is not empty';
  }
}

function hintOf({ kind, choices = [] }: FlagSpec, text: string): string | undefined {
  const near = kind === 'choice' ? nearest(text, choices) : undefined;
  return near && `did you mean ${near}?`;
}

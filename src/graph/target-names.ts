import {
  type Diagnostic,
  formatLabel,
  type Label,
  nearest,
  parseLabel,
  TARGET_KINDS,
} from '../base/index.ts';
import type { GraphCode } from './diagnostics.ts';

/** What a word means, or why it means nothing. */
export type Resolved =
  | { readonly label: string }
  | { readonly code: GraphCode; readonly message: string; readonly hint: string };

/** Looks up targets by full label or by a bare name that is unique. */
export class TargetNames {
  readonly #labels: ReadonlySet<string>;
  readonly #byName = new Map<string, string[]>();

  constructor(labels: readonly Label[]) {
    this.#labels = new Set(labels.map(formatLabel));
    for (const label of labels) {
      const same = this.#byName.get(label.name);
      if (same) same.push(formatLabel(label));
      else this.#byName.set(label.name, [formatLabel(label)]);
    }
  }

  /** `unknown` is the code for a word without a target. */
  resolve(word: string, unknown: GraphCode): Resolved {
    if (this.#labels.has(word)) return { label: word };
    const named = this.#byName.get(word) ?? [];
    if (named.length === 1) return { label: named[0]! };
    if (named.length > 1) {
      const list = [...named].sort().join(', ');
      return {
        code: 'graph/ambiguous-name',
        message: `\`${word}\` could be any of ${list}`,
        hint: 'write the full label',
      };
    }
    return word.includes(':') && !parseLabel(word) ? badLabel(word) : this.#unknown(word, unknown);
  }

  #unknown(word: string, code: GraphCode): Resolved {
    const near = nearest(word, word.includes(':') ? this.#labels : [...this.#byName.keys(), ...this.#labels]);
    const all = [...this.#labels].sort();
    const list =
      all.length > 12 ? `${all.slice(0, 12).join(', ')} and ${all.length - 12} more` : all.join(', ');
    const hint = near
      ? `did you mean \`${near}\`?`
      : all.length > 0
        ? `targets: ${list}`
        : 'the workspace has no targets';
    return { code, message: `there is no target \`${word}\``, hint };
  }
}

function badLabel(word: string): Resolved {
  const colon = word.indexOf(':');
  const kinds = TARGET_KINDS.filter((kind) => kind !== 'scripts');
  const near = nearest(word.slice(0, colon), kinds);
  const forms = `a label is ${kinds.map((kind) => `${kind}:<name>`).join(', ')} or scripts`;
  return {
    code: 'graph/bad-label',
    message: `\`${word}\` is not a label`,
    hint:
      near && near !== word.slice(0, colon)
        ? `did you mean \`${near}${word.slice(colon)}\`? ${forms}`
        : forms,
  };
}

export function problemOf(resolved: Exclude<Resolved, { label: string }>): Diagnostic {
  return { severity: 'error', ...resolved };
}

import { type Diagnostic, type Label, nearest, parseLabel, TARGET_KINDS } from '../base/index.ts';
import type { GraphCode } from './diagnostics.ts';

/** What a word means, or why it means nothing. */
export type Resolved =
  | { readonly label: string }
  | { readonly code: GraphCode; readonly message: string; readonly hint: string };

/** Looks up targets by full label or by a bare name that is unique. */
export class TargetNames {
  readonly #targets: ReadonlyMap<string, { readonly label: Label }>;
  #byName: Map<string, string[]> | undefined;

  constructor(targets: ReadonlyMap<string, { readonly label: Label }>) {
    this.#targets = targets;
  }

  labelOf(text: string): Label {
    return this.#targets.get(text)!.label;
  }

  /** `unknown` is the code for a word without a target. */
  resolve(word: string, unknown: GraphCode): Resolved {
    if (this.#targets.has(word)) return { label: word };
    const named = this.#names().get(word) ?? [];
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

  #names(): ReadonlyMap<string, readonly string[]> {
    if (this.#byName) return this.#byName;
    const byName = new Map<string, string[]>();
    for (const [text, { label }] of this.#targets) {
      const same = byName.get(label.name);
      if (same) same.push(text);
      else byName.set(label.name, [text]);
    }
    this.#byName = byName;
    return byName;
  }

  #unknown(word: string, code: GraphCode): Resolved {
    const near = nearest(
      word,
      word.includes(':') ? this.#targets.keys() : [...this.#names().keys(), ...this.#targets.keys()],
    );
    const all = [...this.#targets.keys()].sort();
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

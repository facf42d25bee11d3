import type { BuildState } from './state.ts';

/** Labels of targets that did not come out well when a build last asked for them. */
export class Troubles {
  readonly #state: BuildState;
  readonly #before: ReadonlySet<string>;
  readonly #now: Set<string>;

  constructor(state: BuildState) {
    this.#state = state;
    this.#before = new Set((state.facts.troubled ?? '').split('\n').filter((label) => label !== ''));
    this.#now = new Set(this.#before);
  }

  had(label: string): boolean {
    return this.#before.has(label);
  }

  set(label: string, isTroubled: boolean): void {
    if (isTroubled) this.#now.add(label);
    else this.#now.delete(label);
  }

  save(): void {
    if (this.#now.size === 0 && this.#before.size === 0) return;
    this.#state.rememberFact('troubled', [...this.#now].sort().join('\n'));
  }
}

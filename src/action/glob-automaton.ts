export type CharacterTest = (codePoint: number) => boolean;

/** Where a match stands after some characters. Immutable. */
export interface Matching {
  readonly isAccepting: boolean;
  /** No longer text can match. */
  readonly isDead: boolean;
  /** Every longer text matches. */
  readonly isEverything: boolean;
  advance(text: string): Matching;
}

/** A state: consumes a character by `test` towards `next`; without a test it moves by itself (`also`). */
interface State {
  test?: CharacterTest;
  next?: number;
  readonly also: number[];
  isAccepting: boolean;
  isRest: boolean;
}

/** A step of the made automaton: a set of states, its moves kept once they were needed. */
class StateSet implements Matching {
  readonly states: readonly number[];
  readonly isAccepting: boolean;
  readonly isEverything: boolean;
  readonly isDead: boolean;
  readonly moves = new Map<number, StateSet>();
  readonly #automaton: CharacterAutomaton;

  constructor(automaton: CharacterAutomaton, states: readonly number[]) {
    this.#automaton = automaton;
    this.states = states;
    this.isAccepting = states.some((state) => automaton.states[state]!.isAccepting);
    this.isEverything = states.some((state) => automaton.states[state]!.isRest);
    this.isDead = states.length === 0;
  }

  advance(text: string): StateSet {
    let set: StateSet = this;
    for (let at = 0; at < text.length && !set.isDead; at++) {
      const code = text.codePointAt(at)!;
      if (code > 0xffff) at++;
      let next = set.moves.get(code);
      if (!next) {
        next = this.#automaton.step(set, code);
        set.moves.set(code, next);
      }
      set = next;
    }
    return set;
  }
}

/** Sets kept at once: far more than honest patterns need, few enough that hostile ones cost no memory. */
const MAX_KEPT_SETS = 4096;

/**
 * Thompson's automaton over characters, made deterministic as far as the texts need it: linear time for any
 * pattern, where a backtracking matcher may take forever.
 */
export class CharacterAutomaton {
  readonly states: State[] = [];
  readonly #starts: number[] = [];
  #sets = new Map<string, StateSet>();

  /** Starts another alternative. */
  begin(): PathBuilder {
    const start = this.add();
    this.#starts.push(start);
    return new PathBuilder(this, start);
  }

  add(): number {
    this.states.push({ also: [], isAccepting: false, isRest: false });
    return this.states.length - 1;
  }

  /** To be called once all alternatives are there. */
  start(): Matching {
    return this.#setOf(this.#starts);
  }

  step(from: StateSet, code: number): StateSet {
    const reached: number[] = [];
    for (const index of from.states) {
      const { test, next } = this.states[index]!;
      if (test && next !== undefined && test(code)) reached.push(next);
    }
    return this.#setOf(reached);
  }

  #setOf(seeds: readonly number[]): StateSet {
    const states = this.#closure(seeds);
    const key = states.join();
    let set = this.#sets.get(key);
    if (set) return set;
    if (this.#sets.size >= MAX_KEPT_SETS) {
      for (const each of this.#sets.values()) each.moves.clear();
      this.#sets = new Map();
    }
    set = new StateSet(this, states);
    this.#sets.set(key, set);
    return set;
  }

  #closure(seeds: readonly number[]): number[] {
    const seen = new Set<number>(seeds);
    for (const index of seen) for (const other of this.states[index]!.also) seen.add(other);
    return [...seen].sort((a, b) => a - b);
  }
}

/** Appends to one alternative. */
export class PathBuilder {
  readonly #automaton: CharacterAutomaton;
  #at: number;

  constructor(automaton: CharacterAutomaton, start: number) {
    this.#automaton = automaton;
    this.#at = start;
  }

  one(test: CharacterTest): void {
    const next = this.#automaton.add();
    const state = this.#automaton.states[this.#at]!;
    state.test = test;
    state.next = next;
    this.#at = next;
  }

  /** Any number of characters that pass; gives the state that stays. */
  many(test: CharacterTest): number {
    const loop = this.#automaton.add();
    const after = this.#automaton.add();
    this.#automaton.states[this.#at]!.also.push(loop);
    const state = this.#automaton.states[loop]!;
    state.test = test;
    state.next = loop;
    state.also.push(after);
    this.#at = after;
    return loop;
  }

  /** Nothing, or anything that ends in a slash. */
  folders(): void {
    const before = this.#automaton.states[this.#at]!;
    this.many(() => true);
    this.one((code) => code === 0x2f);
    before.also.push(this.#at);
  }

  /** Anything but nothing, to the end. */
  rest(): void {
    this.#automaton.states[this.#at]!.isRest = true;
    this.one(() => true);
    const loop = this.many(() => true);
    this.#automaton.states[loop]!.isRest = true;
  }

  accept(): void {
    this.#automaton.states[this.#at]!.isAccepting = true;
  }
}

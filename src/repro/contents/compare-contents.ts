import { shownBytes } from '../../inspection/index.ts';
import type { Found, Place } from '../model.ts';
import type { Archive, ArchiveMember } from './archive.ts';
import { Consequences } from './consequences.ts';
import { openArchive } from './open-archive.ts';

/** What an archive may unpack to before it is compared as plain bytes. */
const MAX_UNPACKED_BYTES = 512 * 2 ** 20;
/** A jar in an app in an archive in a layer is four deep. */
const MAX_DEPTH = 6;
/** Later ones are counted, not looked into: of a whole library built anew nobody reads all. */
const MAX_FOUND = 2000;
/** Of contents that are kept until their causes are looked for. */
const MAX_HELD_BYTES = 512 * 2 ** 20;

/** Finds what differs between the results of two builds, down to the members of archives in archives. */
export class Comparison {
  readonly found: Found[] = [];
  /** What differs without being told apart. */
  leftOut = 0;
  readonly consequences: Consequences;
  #heldBytes = 0;

  /** `consequences` are shared by comparisons whose contents may name each other. */
  constructor(consequences = new Consequences()) {
    this.consequences = consequences;
  }

  add(found: Found): void {
    if (this.found.length >= MAX_FOUND) this.leftOut++;
    else this.found.push(found);
  }

  /** Two contents of one name. */
  async contents(place: Place, a: Buffer, b: Buffer, depth = 0): Promise<void> {
    if (a.equals(b)) return;
    this.consequences.add(a, b);
    if (this.found.length >= MAX_FOUND) this.leftOut++;
    else if (!(depth < MAX_DEPTH && (await this.#archives(place, a, b, depth)))) this.#plain(place, a, b);
  }

  #plain(place: Place, a: Buffer, b: Buffer): void {
    this.#heldBytes += a.length + b.length;
    if (this.#heldBytes > MAX_HELD_BYTES)
      this.add({ kind: 'unread', place, why: 'too much differs for all of it to be looked into' });
    else this.add({ kind: 'content', place, a, b });
  }

  async #archives(place: Place, a: Buffer, b: Buffer, depth: number): Promise<boolean> {
    const inA = await openArchive(a, MAX_UNPACKED_BYTES);
    const inB = inA && (await openArchive(b, MAX_UNPACKED_BYTES));
    if (!inB || inA.format !== inB.format) return false;
    const before = this.found.length + this.leftOut;
    this.fields(place, inA.fields, inB.fields);
    this.#order(place, inA, inB);
    for (const [name, pair] of pairsOf(inA, inB))
      await this.#member(name === '' ? place : [...place, shownBytes(name)], pair, depth);
    if (this.found.length + this.leftOut === before) this.add({ kind: 'packing', place, format: inA.format });
    return true;
  }

  async #member(place: Place, { a, b }: Pair, depth: number): Promise<void> {
    if (!a || !b) {
      const [side, member] = a ? (['a', a] as const) : (['b', b!] as const);
      return this.add({ kind: 'only', place, side, what: member.fields.get('type') ?? 'file' });
    }
    this.fields(place, a.fields, b.fields);
    if (a.content && b.content) await this.contents(place, a.content, b.content, depth + 1);
  }

  fields(place: Place, a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): void {
    for (const field of new Set([...a.keys(), ...b.keys()])) {
      const [inA, inB] = [a.get(field), b.get(field)];
      if (inA !== inB) this.add({ kind: 'field', place, field, a: inA, b: inB });
    }
  }

  #order(place: Place, a: Archive, b: Archive): void {
    const names = (archive: Archive): string[] => archive.members.map(({ name }) => name);
    const what = orderText(names(a), names(b));
    if (what !== undefined) this.add({ kind: 'order', place, what });
  }
}

/** How two lists of the same names stand in another order; names of one side alone do not count. */
function orderText(a: readonly string[], b: readonly string[]): string | undefined {
  const [setA, setB] = [new Set(a), new Set(b)];
  const commonA = a.filter((name) => setB.has(name));
  const commonB = b.filter((name) => setA.has(name));
  const at = commonA.findIndex((name, index) => commonB[index] !== name);
  if (at < 0 || commonA.length !== commonB.length) return undefined;
  const [inA, inB] = [shownBytes(commonA[at]!), shownBytes(commonB[at]!)];
  return `the members stand in another order, from number ${at + 1} on: ${inA} first, ${inB} second`;
}

interface Pair {
  readonly a: ArchiveMember | undefined;
  readonly b: ArchiveMember | undefined;
}

/** Members by name; of names that stand several times, the first with the first and so on. */
function pairsOf(a: Archive, b: Archive): (readonly [name: string, pair: Pair])[] {
  const [inA, inB] = [numbered(a), numbered(b)];
  const names = new Set([...inA.keys(), ...inB.keys()]);
  return [...names].map((key) => [key.split('\0', 1)[0]!, { a: inA.get(key), b: inB.get(key) }]);
}

function numbered({ members }: Archive): ReadonlyMap<string, ArchiveMember> {
  const counts = new Map<string, number>();
  return new Map(
    members.map((member) => {
      const count = counts.get(member.name) ?? 0;
      counts.set(member.name, count + 1);
      return [count === 0 ? member.name : `${member.name}\0${count}`, member];
    }),
  );
}

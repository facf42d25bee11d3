import { compiledXmlText } from '../../apps/index.ts';
import { shownBytes } from '../../inspection/index.ts';
import type { Found, Place } from '../model.ts';
import type { Archive, ArchiveMember } from './archive.ts';
import { comparePngs } from './compare-pngs.ts';
import { compareDeflated } from './compression.ts';
import { Consequences } from './consequences.ts';
import { type JarSignature, jarSignatureCause } from './jar-signature.ts';
import { openArchive } from './open-archive.ts';
import { compareSigningBlocks, onlyOneBlock } from './signing-block.ts';
import { alignmentText } from './zip-alignment.ts';

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
    else if (!(await this.#inside(place, { a, b, depth }))) this.#plain(place, a, b);
  }

  /** Whether more could be told than that bytes differ. */
  async #inside(place: Place, { a, b, depth }: Contents): Promise<boolean> {
    if (this.#pictures(place, a, b) || this.#compiledXml(place, a, b)) return true;
    return depth < MAX_DEPTH && (await this.#archives(place, a, b, depth));
  }

  #compiledXml(place: Place, a: Buffer, b: Buffer): boolean {
    if (!place.at(-1)?.endsWith('.xml')) return false;
    const [one, two] = [compiledXmlText(a), compiledXmlText(b)];
    if (one === undefined || two === undefined || one === two) return false;
    this.#plain(place, Buffer.from(one), Buffer.from(two));
    return true;
  }

  #pictures(place: Place, a: Buffer, b: Buffer): boolean {
    const found = comparePngs(place, a, b);
    for (const each of found ?? []) this.add(each);
    return found !== undefined;
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
    this.#frame(place, inA, inB);
    for (const [name, pair] of pairsOf(inA, inB))
      await this.#member(name === '' ? place : [...place, shownBytes(name)], pair, depth);
    if (this.found.length + this.leftOut > before) return true;
    if (inA.isPartial) return false;
    this.add({ kind: 'packing', place, format: inA.format });
    return true;
  }

  async #member(place: Place, { a, b, signatures }: Pair, depth: number): Promise<void> {
    if (!a || !b) {
      if (isListOfDigests((a ?? b)!)) return this.add(onlyOneSigned(place, a ? 'first' : 'second'));
      const [side, member] = a ? (['a', a] as const) : (['b', b!] as const);
      return this.add({ kind: 'only', place, side, what: member.fields.get('type') ?? 'file' });
    }
    this.fields(place, a.fields, b.fields);
    if (!a.content || !b.content) return;
    if (a.content.equals(b.content)) return this.#deflated(place, a, b);
    const cause = signatures && jarSignatureCause(a.name, signatures.a, signatures.b);
    if (!cause) return this.contents(place, a.content, b.content, depth + 1);
    this.consequences.add(a.content, b.content);
    this.add({ kind: 'told', place, field: 'content', cause });
  }

  #deflated(place: Place, a: ArchiveMember, b: ArchiveMember): void {
    if (!a.content || !a.deflated || !b.deflated || a.deflated.equals(b.deflated)) return;
    this.add(compareDeflated(place, a.content, { a: a.deflated, b: b.deflated }));
  }

  /** What stands around the members. */
  #frame(place: Place, a: Archive, b: Archive): void {
    if (a.signingBlock && b.signingBlock) {
      if (!a.signingBlock.equals(b.signingBlock))
        for (const found of compareSigningBlocks(place, a.signingBlock, b.signingBlock)) this.add(found);
    } else if (a.signingBlock ?? b.signingBlock)
      this.add(onlyOneBlock(place, a.signingBlock ? 'first' : 'second'));
    const text = alignmentText(a.alignment, b.alignment);
    if (text !== undefined)
      this.add({ kind: 'told', place, field: 'alignment', cause: { kind: 'alignment', text } });
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
    const inside = orderText(a.contentOrder ?? [], b.contentOrder ?? []);
    if (what !== undefined) this.add({ kind: 'order', place, what });
    else if (inside !== undefined)
      this.add({ kind: 'order', place, what: `${inside}, though the directory lists them in one order` });
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

interface Contents {
  readonly a: Buffer;
  readonly b: Buffer;
  readonly depth: number;
}

interface Pair {
  readonly a: ArchiveMember | undefined;
  readonly b: ArchiveMember | undefined;
  /** Of a signature of a jar, with what it signs. */
  readonly signatures?: { readonly a: JarSignature; readonly b: JarSignature };
}

const SIGNATURE = /^(META-INF\/[^/]+)\.(?:RSA|DSA|EC)$/i;

/** What signing leaves in a jar for each member. */
function isListOfDigests({ name, content }: ArchiveMember): boolean {
  if (SIGNATURE.test(name) || /^META-INF\/[^/]+\.SF$/i.test(name)) return true;
  return (
    name === 'META-INF/MANIFEST.MF' &&
    content !== undefined &&
    /^SHA[\w-]*-Digest: /m.test(content.toString('latin1'))
  );
}

function onlyOneSigned(place: Place, which: 'first' | 'second'): Found {
  const cause = { kind: 'signature', text: `only the ${which} build is signed as a jar` } as const;
  return { kind: 'told', place, field: `only in the ${which} build (file)`, cause };
}

function signaturesOf(name: string, a: ReadonlyMap<string, ArchiveMember>, b: typeof a): Pair['signatures'] {
  const base = SIGNATURE.exec(name)?.[1];
  const [inA, inB] = [a.get(name)?.content, b.get(name)?.content];
  if (base === undefined || !inA || !inB) return undefined;
  const list = `${base}.SF`;
  return {
    a: { signature: inA, list: a.get(list)?.content },
    b: { signature: inB, list: b.get(list)?.content },
  };
}

/** Members by name; of names that stand several times, the first with the first and so on. */
function pairsOf(a: Archive, b: Archive): (readonly [name: string, pair: Pair])[] {
  const [inA, inB] = [numbered(a), numbered(b)];
  const names = new Set([...inA.keys(), ...inB.keys()]);
  return [...names].map((key) => {
    const signatures = signaturesOf(key, inA, inB);
    const pair = { a: inA.get(key), b: inB.get(key), ...(signatures ? { signatures } : {}) };
    return [key.split('\0', 1)[0]!, pair];
  });
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

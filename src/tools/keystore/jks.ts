import { createHash } from 'node:crypto';
import { bigEndian, type StoreEntry, WrongPassword } from './store-entry.ts';

export const JKS_MAGIC = 0xfeedfeed;
const HASH_BYTES = 20;
const KEY_ENTRY = 1;
const CERTIFICATE_ENTRY = 2;

/** The entries of Java's old format; keys stay encrypted. Spec: sun.security.provider.JavaKeyStore. */
export function jksEntries(bytes: Buffer, password: string): StoreEntry[] {
  const end = bytes.length - HASH_BYTES;
  const hash = createHash('sha1').update(bigEndian(password)).update('Mighty Aphrodite');
  if (!hash.update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end))) throw new WrongPassword();
  const reader = new Reader(bytes);
  reader.number();
  const version = reader.number();
  const entries: StoreEntry[] = [];
  for (let left = reader.number(); left > 0; left--) entries.push(entryOf(reader, version));
  return entries;
}

function entryOf(reader: Reader, version: number): StoreEntry {
  const kind = reader.number();
  if (kind !== KEY_ENTRY && kind !== CERTIFICATE_ENTRY) throw new RangeError('an entry of an unknown kind');
  const alias = reader.text();
  // When it was made.
  reader.take(8);
  const certificate = (): Buffer => {
    if (version > 1) reader.text();
    return reader.take(reader.number());
  };
  if (kind === CERTIFICATE_ENTRY) return { alias, hasKey: false, certificate: certificate() };
  reader.take(reader.number());
  const chain = Array.from({ length: reader.number() }, certificate);
  return { alias, hasKey: true, certificate: chain[0] };
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  text(): string {
    return this.take(this.take(2).readUInt16BE()).toString();
  }

  take(sizeBytes: number): Buffer {
    const from = this.#at;
    this.#at += sizeBytes;
    if (this.#at > this.#bytes.length) throw new RangeError('it ends before what it announces');
    return this.#bytes.subarray(from, this.#at);
  }
}

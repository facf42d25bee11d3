import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of an image: what a verifier must find. */
export interface ExpectedFile {
  readonly sizeBytes: number;
  /** SHA-256 of its content, hexadecimal. */
  readonly hash: string;
}

const MIB = 2 ** 20;
/** Longer than the window of any compressor here, so that no repetition of the block is found. */
const TEXT_BLOCK_BYTES = 64 * MIB;
/** Every file is as old as this: a run finds no timestamp that is too young to be trusted. */
const MODIFIED = new Date('2026-01-01T00:00:00Z');
const WORDS = 'the image holds layers of files and every layer is a tar archive with a digest'.split(' ');

/** Content that is the same on every machine: text that compresses to about a quarter, and bytes that do not. */
export class ContentSource {
  readonly #noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  readonly #random = randomOf(4);
  #text: Buffer = Buffer.alloc(0);
  #at = 0;

  random(): number {
    return this.#random();
  }

  noise(bytes: number): Buffer {
    return this.#noise.update(Buffer.alloc(bytes));
  }

  text(bytes: number): Buffer {
    if (this.#text.length === 0) this.#text = this.#makeText();
    if (this.#at + bytes > this.#text.length) this.#at = 0;
    this.#at += bytes;
    return this.#text.subarray(this.#at - bytes, this.#at);
  }

  /** A number now and then keeps it from being a few words again and again. */
  #makeText(): Buffer {
    const block = Buffer.alloc(TEXT_BLOCK_BYTES);
    for (let at = 0; at < block.length; ) {
      const value = this.#random();
      const word = value < 0.15 ? value.toString(36).slice(2, 9) : WORDS[Math.floor(value * WORDS.length)]!;
      at += block.write(value > 0.92 ? `${word}\n` : `${word} `, at, 'latin1');
    }
    return block;
  }
}

/** Mixed sizes, from some hundred bytes to some hundred kilobytes; every second file is text. */
export function writeTree(
  source: ContentSource,
  { root, files, bytes }: { root: string; files: number; bytes: number },
): Map<string, ExpectedFile> {
  const weights = Array.from({ length: files }, () => 2 ** (source.random() * 10));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const found = new Map<string, ExpectedFile>();
  for (const [index, weight] of weights.entries()) {
    const size = Math.max(1, Math.round((weight / all) * bytes));
    const isText = index % 2 === 0;
    const name = `${String(index).padStart(5, '0')}.${isText ? 'txt' : 'bin'}`;
    const path = `d${String(Math.floor(index / FILES_OF_A_FOLDER)).padStart(3, '0')}/${name}`;
    found.set(path, writeFile(join(root, path), isText ? source.text(size) : source.noise(size)));
  }
  return found;
}

const FILES_OF_A_FOLDER = 50;

export function writeFile(path: string, content: Uint8Array): ExpectedFile {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  utimesSync(path, MODIFIED, MODIFIED);
  return expectedOf(content);
}

export function expectedOf(content: Uint8Array): ExpectedFile {
  return { sizeBytes: content.length, hash: createHash('sha256').update(content).digest('hex') };
}

/** One file, a mebibyte of text and one of noise in turn; `kind` says noise alone. */
export function writeLarge(
  source: ContentSource,
  { path, bytes, kind = 'mixed' }: { path: string; bytes: number; kind?: 'mixed' | 'noise' },
): ExpectedFile {
  mkdirSync(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  for (let at = 0, isText = kind === 'mixed'; at < bytes; at += MIB, isText = kind === 'mixed' && !isText) {
    const size = Math.min(MIB, bytes - at);
    const part = isText ? source.text(size) : source.noise(size);
    hash.update(part);
    writeSync(file, part);
  }
  closeSync(file);
  utimesSync(path, MODIFIED, MODIFIED);
  return { sizeBytes: bytes, hash: hash.digest('hex') };
}

/** A linear congruential generator: the same files on every machine. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

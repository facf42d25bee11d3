import { InternalError } from '../base/index.ts';
import { type ByteStream, type PartReader, partsOf, readTar } from '../tools/index.ts';
import { LayerFault } from './fault.ts';
import { decodeHeader, type MemberHeader } from './member-header.ts';

export interface StreamedMember {
  readonly header: MemberHeader;
  readonly sizeBytes: number;
  /** The content; what is not taken before the next member is skipped. */
  readonly bytes: ByteStream;
}

const BLOCK_BYTES = 512;

/**
 * The members of a tar with all that their headers say. `readTar` does the reading; it keeps only what building an image
 * needs, so the header blocks that it takes are seen on their way to it. Reads to the end of `source`. Throws TarFormatError
 * for what is no archive, also while content is read, and LayerFault for what no layer should hold.
 */
export async function* readMembers(source: ByteStream): AsyncGenerator<StreamedMember> {
  const tap = new HeaderTap(source);
  for await (const member of readTar(tap)) {
    const header = decodeHeader(tap.takeHeaders());
    if (Buffer.from(header.name, 'latin1').toString() !== member.path)
      throw new InternalError('the headers of a member were not seen as they were read');
    if (member.kind === 'other' && member.sizeBytes > 0) throw new LayerFault('a device has content');
    tap.expectContent(header.hasContent ? member.storedBytes : 0);
    yield { header, sizeBytes: header.hasContent ? member.sizeBytes : 0, bytes: member.bytes };
  }
  await tap.expectZeros();
}

/**
 * Hands a tar over so that headers come in chunks of one block, which are kept until they are asked for, and content in
 * chunks as they are.
 */
class HeaderTap implements AsyncIterable<Uint8Array> {
  readonly #some: PartReader;
  #contentBytes = 0;
  #headers: Uint8Array[] = [];

  constructor(source: ByteStream) {
    this.#some = partsOf(source);
  }

  /** The blocks since the last member's content. */
  takeHeaders(): readonly Uint8Array[] {
    const headers = this.#headers;
    this.#headers = [];
    return headers;
  }

  expectContent(sizeBytes: number): void {
    this.#contentBytes = Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
  }

  /** Reads to the end. */
  async expectZeros(): Promise<void> {
    for (let part = await this.#some(Infinity); part; part = await this.#some(Infinity)) {
      if (part.some((byte) => byte !== 0))
        throw new LayerFault('there are bytes behind the end of the archive');
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: async () => {
        const value = this.#contentBytes > 0 ? await this.#some(this.#contentBytes) : await this.#block();
        if (!value) return { done: true, value: undefined };
        if (this.#contentBytes > 0) this.#contentBytes -= value.byteLength;
        return { done: false, value };
      },
    };
  }

  /** A part of a block is what a truncated archive ends with; the reader refuses it. */
  async #block(): Promise<Uint8Array | undefined> {
    let block = await this.#some(BLOCK_BYTES);
    while (block && block.byteLength < BLOCK_BYTES) {
      const part = await this.#some(BLOCK_BYTES - block.byteLength);
      if (!part) break;
      block = Buffer.concat([block, part]);
    }
    if (block) this.#headers.push(block);
    return block;
  }
}

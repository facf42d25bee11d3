import { collect, TarFormatError } from '../tools/index.ts';
import { memberFields } from './compare-members.ts';
import { LayerFault } from './fault.ts';
import { readMembers } from './read-members.ts';

/** A member of a tar in memory; the name has a character for each byte, the values are as people read them. */
export interface TarMember {
  readonly name: string;
  /** All that its headers say, but for size and name. */
  readonly fields: ReadonlyMap<string, string>;
  /** `undefined` for what is no file. */
  readonly content: Buffer | undefined;
}

/** The members of a tar that lies in memory, in their order; `undefined` for what is no tar that can be read. */
export async function readTarMembers(bytes: Uint8Array): Promise<readonly TarMember[] | undefined> {
  const members: TarMember[] = [];
  try {
    for await (const { header, sizeBytes, bytes: content } of readMembers(single(bytes))) {
      const fields = new Map(memberFields({ ...header, path: header.name, sizeBytes, digest: undefined }));
      fields.delete('size');
      const file = header.hasContent ? await collect(content) : undefined;
      members.push({ name: header.name, fields, content: file });
    }
  } catch (error) {
    if (error instanceof TarFormatError || error instanceof LayerFault) return undefined;
    throw error;
  }
  return members;
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

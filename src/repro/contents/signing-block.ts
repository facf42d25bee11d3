import { createHash } from 'node:crypto';
import { ByteReader, signingBlock } from '../../apps/index.ts';
import type { Cause, Found, Place } from '../model.ts';
import { whole } from './whole.ts';

/** What Android's signers and packers put between the members and the directory, by its number. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x7109871a, 'signature v2'],
  [0xf05368c0, 'signature v3'],
  [0x1b93ad61, 'signature v3.1'],
  [0x6dff800d, 'source stamp'],
  [0x504b4453, 'dependency block'],
  [0x42726577, 'padding'],
  [0x2146444e, 'Google Play frosting'],
]);
const DEPENDENCIES = 0x504b4453;
const PADDING = 0x42726577;
const V2 = 0x7109871a;
const SIGNATURES = new Set([V2, 0xf05368c0, 0x1b93ad61]);
/** PSS, ECDSA and DSA: each signature has a random part. */
const RANDOMISED = new Set([0x0101, 0x0102, 0x0201, 0x0202, 0x0301]);

/** What differs between two signing blocks, each with its cause; blocks are with both of their sizes. */
export function compareSigningBlocks(place: Place, a: Buffer, b: Buffer): Found[] {
  const [inA, inB] = [partsOf(a), partsOf(b)];
  const told = (name: string, cause: Cause): Found => ({
    kind: 'told',
    place,
    field: `signing block: ${name}`,
    cause,
  });
  if (!inA || !inB)
    return [told('content', { kind: 'unknown', text: 'the block cannot be read as one of Android' })];
  const found = [...new Set([...inA.keys(), ...inB.keys()])].flatMap((id) => {
    const [one, two] = [inA.get(id), inB.get(id)];
    if (one && two?.equals(one)) return [];
    return [told(NAMES.get(id) ?? `0x${id.toString(16)}`, partCause(id, one, two))];
  });
  if (found.length > 0) return found;
  const isOrder = [...inA.keys()].join() !== [...inB.keys()].join();
  const order = { kind: 'order', text: 'its parts in another order' } as const;
  return [
    isOrder
      ? told('order', order)
      : told('content', { kind: 'unknown', text: 'the same parts in other bytes' }),
  ];
}

/** One build signed, or packed, in a way that the other did not. */
export function onlyOneBlock(place: Place, which: 'first' | 'second'): Found {
  const cause = {
    kind: 'signature',
    text: `only the ${which} build is signed by a scheme of Android`,
  } as const;
  return { kind: 'told', place, field: 'signing block', cause };
}

function partsOf(block: Buffer): ReadonlyMap<number, Buffer> | undefined {
  return whole(() => new Map(signingBlock(block, block.length)?.parts));
}

function partCause(id: number, a: Buffer | undefined, b: Buffer | undefined): Cause {
  if (id === DEPENDENCIES)
    return { kind: 'dependency block', text: 'the list of dependencies, encrypted for Google’s store alone' };
  if (id === PADDING) return { kind: 'follows', text: 'it fills the block up' };
  if (!a || !b) {
    const which = a ? 'first' : 'second';
    if (SIGNATURES.has(id)) return { kind: 'signature', text: `only the ${which} build is signed so` };
    return { kind: 'unknown', text: `only the ${which} build has it` };
  }
  if (!SIGNATURES.has(id)) return { kind: 'unknown', text: `${a.length} and ${b.length} bytes` };
  const [one, two] = [signersOf(a, id === V2), signersOf(b, id === V2)];
  if (!one || !two) return { kind: 'signature', text: 'signatures that cannot be read' };
  return signersCause(one, two);
}

interface ApkSigner {
  readonly digests: Buffer;
  readonly certificates: Buffer;
  readonly signedData: Buffer;
  readonly algorithms: readonly number[];
}

function signersOf(block: Buffer, isV2: boolean): readonly ApkSigner[] | undefined {
  const SDK_RANGE_BYTES = 8;
  return whole(() =>
    new ByteReader(block).prefixedList().map((part) => {
      const signer = new ByteReader(part);
      const signedData = signer.prefixed();
      const signed = new ByteReader(signedData);
      const digests = signed.prefixed();
      const certificates = signed.prefixed();
      if (!isV2) signer.take(SDK_RANGE_BYTES);
      const algorithms = signer.prefixedList().map((each) => each.readUInt32LE(0));
      return { digests, certificates, signedData, algorithms };
    }),
  );
}

function signersCause(a: readonly ApkSigner[], b: readonly ApkSigner[]): Cause {
  if (a.length !== b.length)
    return { kind: 'signature', text: `signed by ${a.length} and by ${b.length} signers` };
  const index = a.findIndex(({ certificates }, at) => !certificates.equals(b[at]!.certificates));
  if (index >= 0) return otherKey(a[index]!.certificates, b[index]!.certificates);
  if (a.some(({ digests }, at) => !digests.equals(b[at]!.digests)))
    return { kind: 'follows', text: 'digests of the content, and signatures over them, by the same key' };
  if (a.some(({ signedData }, at) => !signedData.equals(b[at]!.signedData)))
    return { kind: 'signature', text: 'other attributes are signed with the same content and key' };
  if (a.every(({ algorithms }) => algorithms.some((each) => RANDOMISED.has(each)))) return randomised();
  return { kind: 'signature', text: 'another signature over the same content by the same key' };
}

/** Two certificates, in whichever wrapping. */
export function otherKey(a: Buffer, b: Buffer): Cause {
  const id = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { kind: 'signature', text: `signed with another key (certificates ${id(a)} and ${id(b)})` };
}

/** Of ECDSA, DSA and RSA with PSS. */
export function randomised(): Cause {
  return {
    kind: 'randomised signature',
    text: 'the same content and key: its kind of signature (ECDSA, DSA or RSA-PSS) has a random part each time',
  };
}

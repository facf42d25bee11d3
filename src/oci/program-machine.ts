/** How many bytes of a file `programMachine` has to see. */
export const PROGRAM_HEADER_BYTES = 20;

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
/** ET_EXEC and ET_DYN: programs and shared objects, not what a linker still takes apart. */
const KINDS: readonly number[] = [2, 3];
/** Processors that Linux runs on, by the numbers of ELF, in the words of image platforms. */
const MACHINES: Readonly<Record<number, string>> = {
  3: '386',
  21: 'ppc64le',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};

/**
 * The architecture that a file in ELF is a program for, from its first bytes; `undefined` for any other file, and for a
 * program of a processor that is never an image's, such as one of a graphics card.
 */
export function programMachine(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength < PROGRAM_HEADER_BYTES || MAGIC.some((each, at) => bytes[at] !== each))
    return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = bytes[5] === 1;
  return KINDS.includes(view.getUint16(16, isLittle)) ? MACHINES[view.getUint16(18, isLittle)] : undefined;
}

/** Those whose programs a processor runs beside its own. */
const OLDER: Readonly<Record<string, string>> = { amd64: '386', arm64: 'arm' };

/** Whether a program for `machine` has a place in an image for `architecture`. */
export function isAtHome(machine: string, architecture: string): boolean {
  return machine === architecture || machine === OLDER[architecture];
}

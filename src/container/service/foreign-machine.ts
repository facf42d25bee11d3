import type { Diagnostic } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { isAtHome } from '../../oci/index.ts';
import type { ContainerCode } from '../diagnostics.ts';

/** How programs of an architecture begin: class (64 bits are 2), byte order (little is 1), number of the machine. */
const ELF: Readonly<Record<string, readonly [kind: number, order: number, machine: number]>> = {
  amd64: [2, 1, 62],
  '386': [1, 1, 3],
  arm64: [2, 1, 183],
  arm: [1, 1, 40],
  riscv64: [2, 1, 243],
  ppc64le: [2, 1, 21],
  s390x: [2, 2, 22],
  loong64: [2, 1, 258],
  mips64le: [2, 1, 8],
};

const BINFMT = '/proc/sys/fs/binfmt_misc';

/** Why programs of `architecture` cannot run on a machine that is `own`; `undefined` when they can. */
export function foreignMachine(
  fs: Pick<FileSystem, 'lstat' | 'readDirectory' | 'readTextIfExists'>,
  architecture: string,
  own: string,
): Diagnostic | undefined {
  if (isAtHome(architecture, own)) return undefined;
  const elf = ELF[architecture];
  if (elf && handlers(fs).some((handler) => handler !== undefined && takes(handler, headerOf(elf)))) {
    return undefined;
  }
  const code: ContainerCode = 'container/foreign-architecture';
  return {
    code,
    severity: 'error',
    message: `the image is for ${architecture}, and this machine (${own}) has no binfmt_misc handler for it`,
    hint: 'apt-get install qemu-user-static binfmt-support; the handler must be registered with the flag F',
    cause: 'environment',
  };
}

interface Handler {
  readonly offset: number;
  readonly magic: Buffer;
  readonly mask: Buffer | undefined;
}

function handlers(
  fs: Pick<FileSystem, 'lstat' | 'readDirectory' | 'readTextIfExists'>,
): (Handler | undefined)[] {
  if (!fs.lstat(BINFMT)) return [];
  const names = fs.readDirectory(BINFMT).map(({ name }) => name);
  return names
    .filter((name) => name !== 'register' && name !== 'status')
    .map((name) => handlerOf(fs.readTextIfExists(`${BINFMT}/${name}`) ?? ''));
}

/** One that is on, and whose interpreter was opened when it was registered (F): the image has none. */
function handlerOf(text: string): Handler | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
  const flags = /^flags: (\S*)$/m.exec(text)?.[1] ?? '';
  const magic = field('magic');
  if (!/^enabled$/m.test(text) || !flags.includes('F') || magic === undefined) return undefined;
  const mask = field('mask');
  return {
    offset: Number(field('offset') ?? 0),
    magic: Buffer.from(magic, 'hex'),
    mask: mask === undefined ? undefined : Buffer.from(mask, 'hex'),
  };
}

function headerOf([kind, order, machine]: readonly [number, number, number]): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header.set([kind, order, 1], 4);
  const half = (value: number, at: number): number =>
    order === 1 ? header.writeUInt16LE(value, at) : header.writeUInt16BE(value, at);
  half(2, 16);
  half(machine, 18);
  return header;
}

function takes({ offset, magic, mask }: Handler, header: Buffer): boolean {
  if (offset + magic.length > header.length) return false;
  return magic.every((byte, at) => ((header[offset + at]! ^ byte) & (mask?.[at] ?? 0xff)) === 0);
}

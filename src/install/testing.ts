import { gzipSync } from 'node:zlib';

/** Archives for tests of what is installed. */

/** A member of an archive that may be wrong in any way. */
export interface TestMember {
  readonly path: string;
  readonly content?: string;
  readonly mode?: number;
  /** `0` file, `5` folder, `2` link, `1` hard link, `6` pipe. */
  readonly type?: string;
  readonly target?: string;
  /** What the header claims. */
  readonly sizeBytes?: number;
}

/** A `tar.gz` in the ustar format. */
export function tarGzOf(members: readonly TestMember[]): Buffer {
  const blocks = members.flatMap(
    ({ path, content = '', mode = 0o644, type = '0', target = '', sizeBytes }) => {
      const header = Buffer.alloc(512);
      header.write(path, 0);
      header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
      header.write('0000000\x000000000\0', 108);
      header.write(`${(sizeBytes ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
      header.write('00000000000\0', 136);
      header.write('        ', 148);
      header.write(type, 156);
      header.write(target, 157);
      header.write('ustar\u000000', 257);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      const padded = Buffer.alloc(Math.ceil(content.length / 512) * 512);
      padded.write(content);
      return [header, padded];
    },
  );
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

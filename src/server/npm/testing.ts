import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** The smallest tarball (POSIX.1-1988) that the registry takes: a package.json, and what makes it larger. */
export function tarballOf(manifest: object, padding = Buffer.alloc(0)): Buffer {
  const files = { 'package/package.json': Buffer.from(JSON.stringify(manifest)), 'package/padding': padding };
  const blocks = Object.entries(files).flatMap(([name, content]) => [
    headerOf(name, content.length),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 1 });
}

function headerOf(name: string, sizeBytes: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        0', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** What `npm publish` sends, or what no client does. */
export function publication(name: string, version: string, tarball: Buffer, change: object = {}): string {
  const dist = { integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` };
  return JSON.stringify({
    ...{ _id: name, name, 'dist-tags': { latest: version } },
    versions: { [version]: { name, version, dist } },
    _attachments: {
      [`${name}-${version}.tgz`]: { data: tarball.toString('base64'), length: tarball.length },
    },
    ...change,
  });
}

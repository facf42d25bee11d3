/**
 * Folders that scripts make for the server: files, each compressed beside itself, and `manifest.json`. Its stamp tells of which
 * sources it was made, and a new one takes the place of the old one whole.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';

/** Whether the folder was made from these sources already. */
export function isMadeOf(folder, stamp) {
  try {
    return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).stamp === stamp;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Has `fill` make the folder beside its place; what it returns stands in the manifest. */
export function makeFolder(folder, stamp, fill) {
  const made = `${folder}.${process.pid}`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  const { pages, files } = fill(made);
  const manifest = { version: 1, stamp, pages, files };
  writeFileSync(join(made, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`);
  while (!takesPlace(made, folder)) {
    // Another process may have been about the same.
    if (isMadeOf(folder, stamp)) return rmSync(made, { recursive: true });
    moveAway(folder, `${made}.old`);
  }
}

/** Whether the folder was free. */
function takesPlace(made, folder) {
  try {
    renameSync(made, folder);
    return true;
  } catch (error) {
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

function moveAway(folder, to) {
  try {
    renameSync(folder, to);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  rmSync(to, { recursive: true, force: true });
}

/** Compresses a file beside itself; brotli's quality goes to 11, which takes long. */
export function pack(path, quality) {
  const content = readFileSync(path);
  const params = { [zlib.BROTLI_PARAM_QUALITY]: quality, [zlib.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}

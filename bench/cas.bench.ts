/** The store on disk: blobs of 2 KB put, put again, and read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Digest } from '../src/base/index.ts';
import { openDiskStore } from '../src/cas/index.ts';
import { realHost } from '../src/host/index.ts';
import { micro, printFigures } from './micro-measure.ts';

const COUNT = 1000;
const root = mkdtempSync(join(tmpdir(), 'mobileops-bench-'));
const { fs, clock, env } = realHost();
try {
  const { cas } = openDiskStore({ fs, clock, env, root });
  const blob = (run: number, each: number): Buffer => Buffer.alloc(2048, `${run} ${each} `);
  let digests: Digest[] = [];
  await micro('put of a new blob of 2 KB', COUNT, (run) => {
    digests = Array.from({ length: COUNT }, (_, each) => cas.put(blob(run, each)));
  });
  await micro('put of a blob that is there', COUNT, () => {
    for (let each = 0; each < COUNT; each++) cas.put(blob(5, each));
  });
  await micro('get of a blob of 2 KB', COUNT, () => {
    for (const digest of digests) if (!cas.get(digest)) throw new Error('a blob is gone');
  });
  await micro('fileOf, by an opened store that has not seen the blobs', COUNT, () => {
    const fresh = openDiskStore({ fs, clock, env, root }).cas;
    for (const digest of digests) if (!fresh.fileOf(digest, false)) throw new Error('a blob is gone');
  });
} finally {
  rmSync(root, { recursive: true });
}
printFigures();

/** SHA-256 of source files and of one big file. */
import { digestOf } from '../src/base/index.ts';
import { micro, printFigures } from './micro-measure.ts';

const small = Buffer.alloc(2048, 'a');
const big = Buffer.alloc(64 * 2 ** 20, 'a');
const COUNT = 10_000;

await micro('digest of 2 KB', COUNT, () => {
  for (let each = 0; each < COUNT; each++) digestOf(small);
});
await micro('digest of 64 MiB, for each MiB', 64, () => digestOf(big));
printFigures();

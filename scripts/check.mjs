/** `npm run check`: types and lint only; seconds, for an editor's save or a hook. */
import { join } from 'node:path';
import { ensureInstalled, handOver, NODE, ROOT } from './install.mjs';

await ensureInstalled();
const bin = (name) => join(ROOT, 'node_modules', '.bin', name);
const types = await handOver([NODE, bin('tsc'), '-p', '.'], { cwd: ROOT });
const pages = await handOver([NODE, bin('tsc'), '-p', 'web'], { cwd: ROOT });
const lint = await handOver([NODE, bin('biome'), 'check'], { cwd: ROOT });
process.exitCode = types === 0 && pages === 0 && lint === 0 ? 0 : 1;

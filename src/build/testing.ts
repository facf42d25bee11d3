/** For tests that run the pipeline itself. */
import { join } from 'node:path';
import type { Program } from './program.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Ourselves from source, as `main.ts` hands it over. */
export const sourceProgram: Program = {
  entry: join(ROOT, 'src', 'main.ts'),
  root: ROOT,
  toolsEntry: 'src/tools/main.ts',
  launcher: join(ROOT, 'src', 'execution', 'launcher.py'),
  containers: join(ROOT, 'src', 'container', 'container.py'),
  lister: join(ROOT, 'src', 'look', 'lister.c'),
  web: { folder: join(ROOT, 'build-cache', 'web') },
  docs: { folder: join(ROOT, 'build-cache', 'docs') },
  clock: join(ROOT, 'src', 'repro', 'clock.c'),
  advisories: join(ROOT, 'src', 'scan', 'snapshot'),
  version: 'test',
  code: join(ROOT, 'src', 'build'),
};

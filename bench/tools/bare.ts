import { join } from 'node:path';
import { COMMAND } from '../workspace.ts';
import { inComponent, numberIn, type Tool } from './tool.ts';

/** No tool at all: the commands started by a loop in Node, which is what an engine's own cost is measured against. */
export const bareTool: Tool = {
  name: 'bare',
  note: 'no tool: a loop in Node that starts `sh -c` for each component, as many at once as processors',
  ...inComponent,
  missing: () => undefined,
  version: () => process.version,
  restores: false,
  scenarios: ['cold'],
  files: () => new Map(),
  command: ({ root }) => ({ argv: bareLoop(root), env: {} }),
  caches: () => [],
  ran: (output) => numberIn(output, /^(\d+) ran$/m),
};

/** The loop's command line; `jobs` is how many run at once, 0 as many as there are processors. */
export function bareLoop(root: string, jobs = 0): string[] {
  const program = join(import.meta.dirname, '..', 'programs', 'spawn-loop.mjs');
  return [process.execPath, program, COMMAND, String(jobs), join(root, 'components')];
}

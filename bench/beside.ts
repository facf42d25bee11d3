import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { measure, median } from './measure.ts';
import type { Subject } from './subject.ts';
import { bareLoop, ourProgram } from './tools/index.ts';

/** What is measured beside the tools, in seconds, in the workspace of `subject`. */
export async function measureBeside(subject: Subject): Promise<Map<string, number>> {
  const { root, scratch } = subject.place;
  const node = process.execPath;
  const commands: Record<string, readonly string[]> = {
    'git status': ['git', 'status', '--porcelain'],
    walk: [node, join(import.meta.dirname, 'programs', 'walk.mjs'), 'components'],
    'node -e 0': [node, '-e', '0'],
    help: [node, ourProgram(), '--help'],
  };
  const found = new Map<string, number>();
  for (const [name, argv] of Object.entries(commands)) {
    const options = { argv, env: subject.environment(), cwd: root, log: join(scratch, 'beside.txt') };
    found.set(name, (await measure(options)).seconds);
  }
  return found;
}

/** Seconds of one bare command, the next started when one has ended, without the loop's own start. */
export async function bareActionSeconds(subject: Subject): Promise<number> {
  const { root, scratch } = subject.place;
  const at = (argv: readonly string[]) =>
    measure({ argv, env: subject.environment(), cwd: root, log: join(scratch, 'beside.txt') });
  const { seconds: start } = await at([process.execPath, '-e', '0']);
  const { seconds } = await at(bareLoop(root, 1));
  return (seconds - start) / subject.workspace.components.length;
}

/** Median of our actions' own durations in a cold build that runs one at a time. */
export async function ourActionSeconds(subject: Subject): Promise<number> {
  const events = join(subject.place.scratch, 'events.jsonl');
  rmSync(events, { force: true });
  await subject.run('cold', { words: ['-j', '1', '--events', events] });
  const lines = readFileSync(events, 'utf8').trim().split('\n');
  const done = lines
    .map((line) => JSON.parse(line) as { type: string; payload: { durationMs: number } })
    .filter(({ type }) => type === 'action.finished');
  return median(done.map(({ payload }) => payload.durationMs)) / 1000;
}

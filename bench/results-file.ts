import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, 'RESULTS.md');
const HEAD =
  '# Results of the bench\n\nMade by `node bench/run.ts`, `node bench/images.ts`, `node bench/mobile.ts`, `node bench/supply-chain.ts`, `node bench/registry-server.ts` and `node bench/micro.ts`; edits between the marks are lost.\n';

/** Replaces one section of RESULTS.md and leaves the others. */
export function writeSection(name: string, text: string): void {
  const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD;
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const section = `${begin}\n${text.trim()}\n${end}`;
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  const after =
    from >= 0 && to > from
      ? before.slice(0, from) + section + before.slice(to + end.length)
      : `${before.trimEnd()}\n\n${section}\n`;
  writeFileSync(FILE, after);
}

/** The machine and the moment, as a line of the results. */
export function machineLine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return `${date} UTC. ${cpu?.model ?? 'unknown processor'}, ${cpus().length} processors, ${memory}; Linux ${release()}; Node ${process.versions.node}.`;
}

export function loadText(): string {
  return loadavg()[0]!.toFixed(2);
}

/** How busy the machine was, as a line of the results. */
export function loadLine(loads: readonly number[]): string {
  return `Load average before the runs: ${Math.min(...loads).toFixed(2)} to ${Math.max(...loads).toFixed(2)}.`;
}

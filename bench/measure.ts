import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from './end-process.ts';

export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Gets what the command prints. */
  readonly log: string;
}

export interface Measured {
  readonly seconds: number;
  readonly output: string;
  /** Peak memory of the tool's own processes, when it was asked for, and what they were then, largest first. */
  readonly peakBytes?: number;
  readonly peakProcesses?: readonly PeakProcess[];
}

export interface PeakProcess {
  readonly name: string;
  readonly rssBytes: number;
  /** With its part of what it shares with others: of programs and libraries every process has all in its RSS. */
  readonly pssBytes: number;
}

export interface MeasureOptions {
  /** Sampling costs time: such a run's seconds say nothing. */
  readonly samplesMemory?: boolean;
  /** Processes outside the tree that count, such as a daemon. */
  readonly others?: () => readonly number[];
  /** Names of programs that are not the tool, and neither is what they start. */
  readonly actions?: ReadonlySet<string>;
  /** What takes longer hangs: it is ended and named. */
  readonly maxMs?: number;
}

/** Runs a fresh process to its end; anything but exit code 0 throws with its output. */
export async function measure(command: Command, options: MeasureOptions = {}): Promise<Measured> {
  const log = openSync(command.log, 'w');
  const started = process.hrtime.bigint();
  const [program, ...args] = command.argv;
  const child = spawn(program!, args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', log, log],
    timeout: options.maxMs ?? MAX_MS,
  });
  const endChild = (): void => endTree(child.pid);
  process.prependOnceListener('exit', endChild);
  const sampler = options.samplesMemory ? new MemorySampler(child.pid!, options) : undefined;
  const code = await new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  process.off('exit', endChild);
  sampler?.stop();
  closeSync(log);
  const output = readFileSync(command.log, 'utf8').replaceAll(COLOURS, '');
  if (code !== 0) throw new Error(`${command.argv.join(' ')}: exit ${code}\n${output.slice(-3000)}`);
  return { seconds, output, ...sampler?.peak };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is removed are control sequences
const COLOURS = /\u001b\[[0-9;]*m/g;
const MAX_MS = 300_000;
const SAMPLE_MS = 10;
const PAGE_BYTES = 4096;
/** Programs of the actions; they and what they start are not the tool. */
const ACTIONS = new Set(['sh', 'bash', 'dash', 'cat', 'mkdir', 'npm']);

interface ProcessInfo {
  readonly parent: number;
  readonly name: string;
  readonly rssBytes: number;
}

/** Sums the resident memory (RSS) of a process tree, without the actions, every 10 ms. */
class MemorySampler {
  peak: Required<Pick<Measured, 'peakBytes' | 'peakProcesses'>> = { peakBytes: 0, peakProcesses: [] };
  readonly #actions: ReadonlySet<string>;
  readonly #timer: NodeJS.Timeout;
  #before = new Map<number, Seen>();

  constructor(root: number, { others = () => [], actions = ACTIONS }: MeasureOptions) {
    this.#actions = actions;
    this.#timer = setInterval(() => this.#sample([root, ...others()]), SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Between fork and exec a child has its parent's memory and words: it counts once it has others, or stays. */
  #sample(roots: readonly number[]): void {
    const processes = allProcesses();
    const children = Map.groupBy(processes, ([, { parent }]) => parent);
    const found = new Map<number, Seen>();
    const counted: (ProcessInfo & { readonly pid: number })[] = [];
    const visit = (pid: number, parentWords: string): void => {
      const info = processes.get(pid);
      if (!info || this.#actions.has(info.name) || found.has(pid)) return;
      const words = wordsOf(pid);
      const before = this.#before.get(pid);
      const samples = before?.words === words ? before.samples + 1 : 1;
      found.set(pid, { words, samples });
      if (samples >= (words === parentWords ? SAMPLES_OF_A_FORK : 2)) counted.push({ ...info, pid });
      for (const [child] of children.get(pid) ?? []) visit(child, words);
    };
    for (const root of roots) visit(root, '');
    this.#before = found;
    const peakBytes = counted.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
    if (peakBytes <= this.peak.peakBytes) return;
    counted.sort((a, b) => b.rssBytes - a.rssBytes);
    const peakProcesses = counted.map(({ pid, name, rssBytes }) => ({
      name,
      rssBytes,
      pssBytes: pssOf(pid),
    }));
    this.peak = { peakBytes, peakProcesses };
  }
}

interface Seen {
  readonly words: string;
  /** How many samples in a row it was there with these words. */
  readonly samples: number;
}

/** Longer than any start takes. */
const SAMPLES_OF_A_FORK = 20;

function wordsOf(pid: number): string {
  try {
    return readFileSync(join('/proc', String(pid), 'cmdline'), 'utf8');
  } catch {
    return '';
  }
}

function pssOf(pid: number): number {
  try {
    const text = readFileSync(join('/proc', String(pid), 'smaps_rollup'), 'utf8');
    return Number(/^Pss: +(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** When we end, so does what we measure. */
function endTree(root: number | undefined): void {
  const children = Map.groupBy(allProcesses(), ([, { parent }]) => parent);
  const tree = root === undefined ? [] : [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []).map(([child]) => child));
  for (const pid of tree) endProcess(pid);
}

function allProcesses(): Map<number, ProcessInfo> {
  const all = new Map<number, ProcessInfo>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!(pid > 0)) continue;
    try {
      const text = readFileSync(join('/proc', name, 'stat'), 'utf8');
      const end = text.lastIndexOf(')');
      const fields = text.slice(end + 2).split(' ');
      const info = { parent: Number(fields[1]), rssBytes: Number(fields[21]) * PAGE_BYTES };
      all.set(pid, { ...info, name: text.slice(text.indexOf('(') + 1, end) });
    } catch {
      // It ended meanwhile.
    }
  }
  return all;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

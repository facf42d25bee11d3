import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Measured, type MeasureOptions, measure } from '../measure.ts';
import type { ExpectedFile } from './content.ts';
import type { ImagePlace, ImageTool, OpenTool } from './tools/index.ts';
import { VERIFIED, type Work } from './works.ts';

export const IMAGE_SCENARIOS = ['cold', 'noop', 'change'] as const;
export type ImageScenario = (typeof IMAGE_SCENARIOS)[number];

/** A build of gigabytes on a slow disk still ends. */
const MAX_MS = 1_800_000;

/** One tool at one work: brings it into a state, runs it, and makes sure that the right image came out. */
export class ImageSubject {
  readonly tool: ImageTool;
  readonly work: Work;
  readonly #place: ImagePlace;
  readonly #verified = new Set<string>();
  #open: OpenTool | undefined;
  #aside = 0;
  #isBuilt = false;

  constructor(tool: ImageTool, place: ImagePlace) {
    this.tool = tool;
    this.work = place.work;
    this.#place = place;
    mkdirSync(place.scratch, { recursive: true });
  }

  /** `change` expects that the work was edited before. */
  async run(scenario: ImageScenario, options: Pick<MeasureOptions, 'samplesMemory'> = {}): Promise<Measured> {
    if (scenario !== 'cold' && !this.#isBuilt) await this.run('cold');
    if (scenario === 'cold') this.#forget();
    this.#open ??= await this.tool.open(this.#place);
    const { build, pids } = this.#open;
    // What others wrote would go to the disk while this one is measured.
    execFileSync('sync');
    const all = { ...options, others: () => pids, actions: NO_ACTIONS, maxMs: MAX_MS };
    const measured = await measure({ ...build, cwd: this.#place.scratch, log: this.#log }, all);
    await this.#verify(this.#open, measured.output);
    this.#isBuilt = true;
    return measured;
  }

  close(): void {
    this.#open?.stop();
    this.#open = undefined;
  }

  /** Frees the disk of what earlier runs left: only large files, for what `putAside` says. */
  trim(): void {
    removeLarge(this.#asideFolder);
  }

  get #log(): string {
    return join(this.#place.scratch, 'output.txt');
  }

  get #asideFolder(): string {
    return join(this.#place.scratch, 'aside');
  }

  #forget(): void {
    this.close();
    for (const path of this.tool.keeps(this.#place)) this.#putAside(path);
  }

  /**
   * Moved, not removed: a file system without a journal makes new files slowly for minutes after many were removed, and
   * that would be measured instead.
   */
  #putAside(path: string): void {
    if (!existsSync(path)) return;
    mkdirSync(this.#asideFolder, { recursive: true });
    renameSync(path, join(this.#asideFolder, String(this.#aside++)));
  }

  /** The image holds the work's files with the right content, read by a program that is none of the tools. */
  async #verify({ toReadable, readable, identity }: OpenTool, output: string): Promise<void> {
    const expected = listingOf(this.work.expected);
    const known = identity(output);
    const mark = known === undefined ? undefined : `${known} ${digest(expected)}`;
    if (mark !== undefined && this.#verified.has(mark)) return;
    const at = { cwd: this.#place.scratch, log: `${this.#log}.verify` };
    for (const command of toReadable) await measure({ ...command, ...at }, { maxMs: MAX_MS });
    const found = listImage(readable, VERIFIED);
    if (found !== expected) throw new Error(`the image is wrong: ${firstDifference(found, expected)}`);
    if (mark !== undefined) this.#verified.add(mark);
  }
}

const NO_ACTIONS: ReadonlySet<string> = new Set();

/** `<sha256> <size> <path>` for each regular file below the prefixes. */
export function listImage(folder: string, prefixes: readonly string[]): string {
  const program = join(import.meta.dirname, 'programs', 'list-image.py');
  const words = [program, folder, ...prefixes];
  return execFileSync('python3', words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

export function listingOf(files: ReadonlyMap<string, ExpectedFile>): string {
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { hash, sizeBytes }]) => `${hash} ${sizeBytes} ${path}\n`)
    .join('');
}

function firstDifference(found: string, expected: string): string {
  const [have, want] = [found.trim().split('\n'), expected.trim().split('\n')];
  const at = want.findIndex((line, index) => line !== have[index]);
  const counts = `${have.length} files instead of ${want.length}`;
  return `${counts}; "${have[at] ?? ''}" instead of "${want[at] ?? ''}"`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const LARGE_BYTES = 2 ** 20;

export function removeLarge(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isDirectory()) removeLarge(path);
    else if (stat.isFile() && stat.size > LARGE_BYTES) rmSync(path);
  }
}

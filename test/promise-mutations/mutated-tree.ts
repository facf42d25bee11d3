/** A copy of the sources in which one feature after another is stubbed out, and what its test says then. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_CACHE } from '../prepared-tools.ts';
import type { Mutation } from './mutation.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NOT_SOURCES = new Set(['.git', 'build', 'node_modules']);
const LONGEST_MS = 180_000;

/** `none`: no test of that title ran. `broken`: it failed, but not by an assertion, or it did not end. */
export type Outcome = 'passed' | 'failed' | 'broken' | 'none';

export interface Ran {
  readonly outcome: Outcome;
  /** Everything that was printed. */
  readonly output: string;
  readonly seconds: number;
}

/** The pattern of a title that may be a template of several. */
function pattern(title: string): string {
  const parts = title.split(/\$\{[^}]*\}/);
  return `${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}`;
}

function outcomeOf(status: number | null, output: string): Outcome {
  const count = (what: string): number =>
    Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  if (status === 0) return count('pass') > 0 ? 'passed' : 'none';
  return /^ *code: 'ERR_ASSERTION'$/m.test(output) ? 'failed' : 'broken';
}

export class MutatedTree {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mobileops-mutated-'));

  constructor() {
    for (const name of readdirSync(ROOT).filter((each) => !NOT_SOURCES.has(each)))
      cpSync(join(ROOT, name), join(this.#folder, name), {
        recursive: true,
        filter: (path) => !/\/(dist|build-cache|node_modules)$/.test(path),
      });
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'));
  }

  /** Runs the test as everything is. */
  async run({ test, title }: Pick<Mutation, 'test' | 'title'>): Promise<Ran> {
    const env: NodeJS.ProcessEnv = { ...process.env, MOBILEOPS_LONG: '', MOBILEOPS_TEST_CACHE: TEST_CACHE };
    // Else the runner inside would take itself for a part of this one.
    delete env.NODE_TEST_CONTEXT;
    const began = performance.now();
    const args = ['--test-reporter=tap', `--test-name-pattern=${pattern(title)}`, test];
    const child = spawn(process.execPath, args, {
      ...{ cwd: this.#folder, env, timeout: LONGEST_MS },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const output = Buffer.concat(chunks).toString();
    return { outcome: outcomeOf(status, output), output, seconds: (performance.now() - began) / 1000 };
  }

  async runWithout(mutation: Mutation): Promise<Ran> {
    const path = join(this.#folder, mutation.file);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      whole.replace(mutation.from, () => mutation.to),
    );
    try {
      return await this.run(mutation);
    } finally {
      writeFileSync(path, whole);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

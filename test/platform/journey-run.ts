/** Commands one after the other, as a person types them: each is shown, its output kept, and the first that fails ends the run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../bench/images/tool-environment.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure. */
  readonly codes?: readonly number[];
}

/** What a step could not do, and that nothing was made up in its place. */
export class StepFailure extends Error {
  /** 3 where a program is missing. */
  readonly exitCode: 1 | 3;

  constructor(message: string, exitCode: 1 | 3 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface NotRun {
  readonly step: string;
  readonly why: string;
}

const ENDING_MS = 20_000;

export class Journey {
  /** Steps whose tool is missing, by name. */
  readonly notRun: NotRun[] = [];
  readonly #folder: string;
  readonly #without: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #servers = new Set<ChildProcess>();
  #commands = 0;

  /** `folder` holds the logs; `env` is what every command sees. */
  constructor(folder: string, env: NodeJS.ProcessEnv, without: readonly string[]) {
    this.#without = without;
    this.#folder = folder;
    this.#env = env;
    mkdirSync(folder, { recursive: true });
  }

  /** One stage: told with the time that it took; one that is left out is named as not run. */
  async step(name: string, body: () => Promise<void> | void): Promise<void> {
    if (this.#without.includes(name)) return this.#skip(name, 'left out by --without');
    say(`\n== ${name}`);
    const began = performance.now();
    await body();
    say(`== ok: ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  }

  /** Where a program is; where it is missing, `step` counts as not run, by name. */
  program(name: string, step: string, folders: readonly string[] = []): string | undefined {
    const found = findProgram(name, folders);
    if (found === undefined) this.#skip(step, `${name} is missing`);
    return found;
  }

  #skip(step: string, why: string): void {
    this.notRun.push({ step, why });
    say(`not run: ${step}: ${why}`);
  }

  /** Runs a command to its end and gives its standard output. */
  async run(argv: readonly string[], { cwd, env, codes = [0] }: CommandOptions = {}): Promise<string> {
    say(`$ ${argv.map(shown).join(' ')}`);
    const log = this.#log(argv);
    const out = openSync(`${log}.out`, 'w');
    const problems = openSync(`${log}.err`, 'w');
    const child = spawn(argv[0]!, argv.slice(1), {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...this.#env, ...env },
      stdio: ['ignore', out, problems],
    });
    const code = await new Promise<unknown>((resolve) => child.on('error', resolve).on('exit', resolve));
    for (const file of [out, problems]) closeSync(file);
    const [told, said] = [`${log}.out`, `${log}.err`].map((file) => readFileSync(file, 'utf8'));
    if (codes.includes(code as number)) return told!;
    if ((code as NodeJS.ErrnoException | null)?.code === 'ENOENT')
      throw new StepFailure(`${argv[0]} is missing`, 3);
    throw new StepFailure(`${argv.map(shown).join(' ')}: ${code}\n${ending(told!)}${ending(said!)}`);
  }

  /** Starts a server and waits until `isReady`; `end` ends it, as SIGTERM does it. */
  async serve(argv: readonly string[], isReady: () => Promise<boolean>): Promise<void> {
    say(`$ ${argv.map(shown).join(' ')} &`);
    const log = openSync(`${this.#log(argv)}.log`, 'w');
    const child = spawn(argv[0]!, argv.slice(1), { env: this.#env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#servers.add(child);
    let failed: unknown;
    child.on('error', (error) => {
      failed = error;
    });
    while (!(await isReady().catch(() => false))) {
      if (failed !== undefined || child.exitCode !== null)
        throw new StepFailure(`the server ended: ${failed ?? child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends all servers; a text says which did not end as it should. */
  async end(): Promise<string | undefined> {
    const codes = await Promise.all([...this.#servers].map(endServer));
    this.#servers.clear();
    const wrong = codes.filter((code) => code !== 0);
    return wrong.length === 0 ? undefined : `a server ended with ${wrong.join(', ')}`;
  }

  #log(argv: readonly string[]): string {
    this.#commands++;
    const words = argv
      .slice(0, 2)
      .map((word) => word.replace(/.*\//, '').replaceAll(/[^\w.-]/g, ''))
      .join('-');
    return join(this.#folder, `${String(this.#commands).padStart(2, '0')}-${words}`);
  }
}

function endServer(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), ENDING_MS);
    child.on('exit', (code, name) => {
      clearTimeout(timer);
      resolve(code ?? name);
    });
    child.kill('SIGTERM');
  });
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** As a shell would take it. */
function shown(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const SHOWN = 6000;

function ending(text: string): string {
  return text === '' ? '' : `${text.trimEnd().slice(-SHOWN)}\n`;
}

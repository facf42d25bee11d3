import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Measured, type MeasureOptions, measure } from './measure.ts';
import type { Tool, ToolPlace } from './tools/index.ts';
import {
  type BenchWorkspace,
  COMMAND,
  makeWorkspace,
  outputOf,
  sourceFiles,
  writeFiles,
} from './workspace.ts';

export const SCENARIOS = ['cold', 'noop', 'leaf', 'restore'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface RunOptions extends Pick<MeasureOptions, 'samplesMemory'> {
  /** More words at the end of the command line. */
  readonly words?: readonly string[];
}

/** One tool with a workspace of its own: brings it into a state, runs it, and makes sure that it did its work. */
export class Subject {
  readonly tool: Tool;
  readonly workspace: BenchWorkspace;
  readonly place: ToolPlace;
  readonly #home: string;
  #edits = 0;
  #aside = 0;
  #isBuilt = false;

  constructor(tool: Tool, options: { size: number; folder: string; modules: string }) {
    this.tool = tool;
    this.workspace = makeWorkspace(options.size);
    const scratch = join(options.folder, tool.name);
    this.place = { modules: options.modules, scratch, root: join(scratch, 'workspace') };
    this.#home = join(scratch, 'home');
    this.#make();
  }

  async run(scenario: Scenario, options: RunOptions = {}): Promise<Measured> {
    if (scenario !== 'cold' && !this.#isBuilt) await this.run('cold');
    if (scenario === 'cold') await this.#forget();
    if (scenario === 'leaf') this.#edit();
    if (scenario === 'restore') this.#removeOutputs();
    const measured = await this.#start(options);
    this.#verify(scenario, measured.output);
    this.#isBuilt = true;
    if (scenario === 'leaf') this.#git('commit', '-qam', 'edit');
    // Git looks at files anew after a change; that is not what the next run measures.
    if (scenario === 'leaf' || scenario === 'cold') this.#git('status', '--porcelain');
    return measured;
  }

  async close(): Promise<void> {
    const stop = this.tool.stop?.(this.place);
    if (stop) await measure({ ...this.#command(stop), argv: stop.argv }).catch(() => undefined);
  }

  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { BENCH_FIRST_PATH: first, ...env } = more;
    const path = [...(first ? [first] : []), dirname(process.execPath), process.env.PATH ?? '/usr/bin:/bin'];
    return { PATH: path.join(':'), HOME: this.#home, LANG: 'C.UTF-8', ...env };
  }

  #make(): void {
    const { root, scratch, modules } = this.place;
    mkdirSync(this.#home, { recursive: true });
    writeFiles(root, sourceFiles(this.workspace));
    writeFiles(root, this.tool.files(this.workspace));
    writeFileSync(join(root, '.gitignore'), IGNORED);
    linkModules(modules, join(root, 'node_modules'));
    writeFiles(scratch, new Map([['bin/npm', `#!/bin/sh\n${COMMAND}\n`]]));
    chmodSync(join(scratch, 'bin/npm'), 0o755);
    this.#git('init', '-q', '-b', 'main');
    this.#git('add', '-A');
    this.#git('commit', '-q', '-m', 'bench');
    this.#git('status', '--porcelain');
  }

  #git(...words: string[]): void {
    const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'gc.auto=0'];
    const options = { cwd: this.place.root, env: this.environment(), stdio: 'pipe' } as const;
    execFileSync('git', [...who, ...words], options);
  }

  #command(command: { argv: readonly string[]; env: Readonly<Record<string, string>> }) {
    const log = join(this.place.scratch, 'output.txt');
    return { ...command, env: this.environment(command.env), cwd: this.place.root, log };
  }

  #start(options: RunOptions): Promise<Measured> {
    const others = this.tool.left && (() => this.tool.left!(this.place));
    const all = { ...options, ...(others ? { others } : {}) };
    const { argv, env } = this.tool.command(this.place);
    return measure(this.#command({ argv: [...argv, ...(options.words ?? [])], env }), all);
  }

  async #forget(): Promise<void> {
    await this.close();
    this.#removeOutputs();
    for (const path of this.tool.caches(this.place)) {
      const absolute = resolve(this.place.root, path);
      this.#putAside(absolute);
    }
    for (const { name } of this.workspace.components) {
      for (const path of COMPONENT_CACHES) {
        this.#putAside(join(this.place.root, 'components', name, path));
      }
    }
  }

  #removeOutputs(): void {
    for (const path of this.tool.outputFolders(this.workspace)) {
      this.#putAside(join(this.place.root, path));
    }
  }

  /**
   * What a scenario takes away is moved, not removed: a file system without a journal makes new files slowly for minutes
   * after many were removed (ext4 passes over inodes that it freed lately), and that would be measured instead.
   */
  #putAside(path: string): void {
    if (!existsSync(path)) return;
    const aside = join(this.place.scratch, 'aside');
    mkdirSync(aside, { recursive: true });
    renameSync(path, join(aside, String(this.#aside++)));
  }

  #edit(): void {
    const { leaf } = this.workspace;
    const [path, text] = [...leaf.sources][0]!;
    const edited = `edit ${++this.#edits}\n${text.replace(/^edit \d+\n/, '')}`;
    leaf.sources.set(path, edited);
    writeFileSync(join(this.place.root, 'components', leaf.name, path), edited);
  }

  /** Every output with the right content, and as many commands run as the scenario asks for. */
  #verify(scenario: Scenario, output: string): void {
    const { components } = this.workspace;
    const name = `${this.tool.name}, ${components.length}, ${scenario}`;
    for (const component of components) {
      const path = join(this.place.root, this.tool.output(component));
      const isRight = existsSync(path) && readFileSync(path, 'utf8') === outputOf(component);
      if (!isRight) throw new Error(`${name}: ${path} is missing or wrong\n${output.slice(-2000)}`);
    }
    const remade = this.tool.restores ? 0 : components.length;
    const expected = { cold: components.length, noop: 0, leaf: 1, restore: remade }[scenario];
    const ran = this.tool.ran(output);
    if (ran !== expected)
      throw new Error(`${name}: ${ran} commands ran instead of ${expected}\n${output.slice(-2000)}`);
  }
}

/** A folder of links, since some tools keep their cache in `node_modules/.cache`. */
function linkModules(modules: string, folder: string): void {
  mkdirSync(folder);
  for (const name of readdirSync(modules)) symlinkSync(join(modules, name), join(folder, name));
}

const IGNORED = [
  'dist/',
  'node_modules',
  'build-cache/',
  '.turbo/',
  '.nx/',
  '.moon/cache/',
  '.wireit/',
  '.ninja_log',
  '.ninja_deps',
  '',
].join('\n');
const COMPONENT_CACHES = ['.turbo', '.wireit', 'node_modules'];

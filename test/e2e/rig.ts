/** A workspace and a store of a test's own, and the real command line as a child process. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { knowHost } from '../../src/host/testing.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NODE = process.execPath;
const MAIN = join(ROOT, 'src', 'main.ts');
const DEADLINE_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  /** Labels and ids of actions that were run, in order of their end. */
  readonly ran: readonly string[];
  readonly events: readonly BuildEvent[];
}

export interface BuildEvent {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The workspace's folder (default: the rig's first). */
  readonly workspace?: string;
  /** A program with arguments that starts the rest of the line. */
  readonly around?: readonly string[];
}

export interface Component {
  /** Bash, run in the component's folder; `out.txt` is its artifact unless told. */
  readonly command: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly needs?: readonly string[];
  readonly artifact?: string;
  /** Lines of YAML, indented by four. */
  readonly env?: string;
  /** Lines of YAML below `spec`, indented by two. */
  readonly more?: string;
}

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'mobileops-e2e-'));
  readonly workspace = join(this.folder, 'workspace');
  readonly cache = join(this.folder, 'cache');
  #runs = 0;

  constructor(components: Readonly<Record<string, Component>> = {}) {
    this.add(components);
    knowHost(this.cache);
  }

  /** Components whose processes carry our folder in their environment, so that we find them. */
  add(components: Readonly<Record<string, Component>>, workspace = this.workspace): void {
    writeWorkspace(workspace, components, this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.processes()) tryKill(pid);
    await until('the processes of the test are gone', () => this.processes().length === 0);
    spawnSync('chmod', ['-R', 'u+rwX', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(...names: string[]): string {
    return join(this.workspace, ...names);
  }

  write(path: string, text: string): void {
    put(this.path(path), text);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  start(words: readonly string[], options: StartOptions = {}): Started {
    const isRun = words[0] === 'build' || words[0] === 'test';
    const events = join(this.folder, `events-${++this.#runs}`);
    const argv = [...(options.around ?? []), NODE, MAIN, ...words, '-C', options.workspace ?? this.workspace];
    if (isRun) argv.push('--events', events);
    const [program = NODE, ...rest] = argv;
    const child = spawn(program, rest, {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...this.environment(), ...options.env },
    });
    return { child, ended: endOf(child, events) };
  }

  run(words: readonly string[], options: StartOptions = {}): Promise<Ended> {
    return this.start(words, options).ended;
  }

  async build(options: StartOptions = {}): Promise<Ended> {
    const ended = await this.run(['build', 'all'], options);
    assert.equal(ended.code, 0, ended.output);
    return ended;
  }

  environment(): Record<string, string> {
    return environmentOf(this.folder, this.cache);
  }

  /** Ids of processes that belong to this test: our folder stands in their command line, environment or root. */
  processes(pattern = ''): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(Number)
      .filter((pid) => {
        const about = aboutProcess(pid);
        return about.includes(this.folder) && about.includes(pattern);
      });
  }

  /** Nothing that the build started is alive, and that soon. */
  async assertNothingLeft(): Promise<void> {
    await until('no process is left', () => this.processes().length === 0);
  }

  /** Path to bytes of what was built; the report of the run itself is left out. */
  dist(workspace = this.workspace): Record<string, string> {
    const root = join(workspace, 'dist');
    return Object.fromEntries(
      filesBelow(root)
        .filter((path) => !/build-(metrics|info)\.json$/.test(path))
        .map((path) => [path.slice(root.length + 1), readFileSync(path, 'latin1')]),
    );
  }
}

function environmentOf(home: string, cache: string): Record<string, string> {
  const env: Record<string, string> = { PATH: process.env.PATH ?? '', HOME: home, MOBILEOPS_CACHE: cache };
  if (process.env.MOBILEOPS_SANDBOX) env.MOBILEOPS_SANDBOX = process.env.MOBILEOPS_SANDBOX;
  return env;
}

function writeWorkspace(root: string, components: Readonly<Record<string, Component>>, mark: string): void {
  put(
    join(root, 'build-config.yaml'),
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata:\n  name: faults\nspec:\n  version: 1.0.0\n',
  );
  for (const [name, component] of Object.entries(components)) {
    const folder = join(root, 'components', name);
    put(join(folder, 'build.yaml'), componentText(name, component, mark));
    for (const [path, text] of Object.entries(component.files ?? {})) put(join(folder, path), text);
  }
}

function componentText(name: string, component: Component, mark: string): string {
  const quoted = JSON.stringify(component.command);
  const needs = (component.needs ?? []).map((need) => `component:${need}`);
  return `apiVersion: build.mobileops.io/v1
kind: ComponentBuild
metadata:
  name: ${name}
spec:
  needs: ${JSON.stringify(needs)}
  env:
    TEST_MARK: ${JSON.stringify(mark)}
${component.env ?? ''}${component.more ?? ''}  buildSteps:
    - name: make
      command: ${quoted}
  artifacts:
    - name: ${name}
      path: ${component.artifact ?? 'out.txt'}
      type: data
`;
}

/** Waits for a condition; the deadline is there to fail with a name, not to measure. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(performance.now() < end, `in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Changes one bit in the middle of a file in place; with `keepTime`, modification time and size stay. */
export function flipBit(path: string, { keepTime }: { readonly keepTime: boolean }): void {
  const { mode, mtimeMs, atimeMs } = statSync(path);
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  chmodSync(path, 0o600);
  writeFileSync(path, bytes);
  chmodSync(path, mode);
  if (keepTime) utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function aboutProcess(pid: number): string {
  if (/^State:\s+Z/m.test(orEmpty(() => readFileSync(`/proc/${pid}/status`, 'utf8')))) return '';
  return [
    orEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1')),
    orEmpty(() => readFileSync(`/proc/${pid}/environ`, 'latin1')),
    orEmpty(() => readlinkSync(`/proc/${pid}/cwd`)),
  ].join('\n');
}

/** What cannot be read, because the process has ended or is another's, tells nothing. */
function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

export function tryKill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

async function endOf(child: ChildProcess, events: string): Promise<Ended> {
  let output = '';
  const take = (text: string): void => {
    output += text;
  };
  child.stdout?.setEncoding('utf8').on('data', take);
  child.stderr?.setEncoding('utf8').on('data', take);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...end) => resolve(end));
  });
  const seen = readEvents(events);
  const ran = seen
    .filter(({ type }) => type === 'action.finished')
    .map(({ payload }) => String(payload.label));
  return { code, signal, output, ran, events: seen };
}

/** Of everything random in these tests; `MOBILEOPS_SEED` repeats a run. */
export const SEED = Number(process.env.MOBILEOPS_SEED ?? randomInt(2 ** 31));

/** Whole numbers from 0 up to, not including, a limit: the same ones for the same seed and name. */
export function randomNumbers(name: string): (limit: number) => number {
  let count = 0;
  return (limit) => {
    const hash = createHash('sha256').update(`${SEED} ${name} ${count++}`).digest();
    return Math.floor((hash.readUInt32BE() / 2 ** 32) * limit);
  };
}

/** A test whose name is a row of docs/reliability.md: the fault, and what happens. */
export function fault(
  what: string,
  happens: string,
  body: (t: TestContext) => Promise<void>,
  timeout = 300_000,
): void {
  test(`${what} → ${happens}`, { timeout }, body);
}

/** A line that a killed process did not finish is left out. */
function readEvents(path: string): BuildEvent[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as BuildEvent);
}

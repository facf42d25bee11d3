import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import type { ActionDone, BuildEvent } from '../../src/event/index.ts';
import { type Measured, measure } from '../measure.ts';
import { ourProgram } from '../tools/ours.ts';
import { blobHashes, copyLinked, makePreparedStore } from './prepared-store.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'platform');
const KEPT = join(homedir(), '.cache', 'mobileops-bench', 'mobile');

export const APP = 'app:hybrid';
export const SITE = 'app:webapp';
export const KOTLIN = 'app:status';
const KOTLIN_FOLDER = 'mobile/status';
const KOTLIN_LINE = {
  path: `${KOTLIN_FOLDER}/src/main/kotlin/com/mobileops/status/State.kt`,
  before: 'code in 200..299',
  after: 'code in 200..298',
};

export const SCENARIOS = ['clean', 'site built', 'kotlin release', 'kotlin line'] as const;
export type MobileScenario = (typeof SCENARIOS)[number];

interface Plan {
  readonly target: string;
  /** Which of the app's variants is built, where it has several. */
  readonly variant?: string;
  /** Built before, and not measured. */
  readonly before?: string;
  /** Changed between the two. */
  readonly isEdited?: true;
}

const PLANS: Readonly<Record<MobileScenario, Plan>> = {
  clean: { target: APP },
  'site built': { target: APP, before: SITE },
  'kotlin release': { target: KOTLIN, variant: 'prodRelease' },
  'kotlin line': { target: KOTLIN, variant: 'devDebug', before: KOTLIN, isEdited: true },
};

/** A part of a build: an action, or what comes before and after all of them. */
export interface Part {
  readonly id: string;
  readonly name: string;
  readonly beginSeconds: number;
  readonly seconds: number;
}

export interface MobileRun {
  readonly seconds: number;
  /** Of all its processes: user and system time, which other work on the machine changes little. */
  readonly cpuSeconds: number;
  readonly load: number;
  readonly parts: readonly Part[];
}

/** The apps of the example in a copy of the workspace, each run with a store of its own. */
export class AppBench implements Disposable {
  readonly #scratch: string;
  readonly #workspace: string;
  #runs = 0;

  constructor() {
    mkdirSync(KEPT, { recursive: true });
    this.#scratch = mkdtempSync(join(KEPT, 'run-'));
    process.once('exit', this.#remove);
    this.#workspace = join(this.#scratch, 'workspace');
    copyTracked(this.#workspace);
  }

  /** Fetches, once, and builds everything once. */
  async prepare(): Promise<void> {
    const fetched = join(KEPT, 'fetched');
    // By the machine's own settings of proxies and mirrors.
    await this.#ours(
      ['prepare', APP, KOTLIN, '--class-archives'],
      fetched,
      process.env as Record<string, string>,
    );
    const built = join(this.#scratch, 'built');
    copyLinked(fetched, built);
    await this.#ours(['build', APP, KOTLIN], built);
    makePreparedStore({ built, fetched: blobHashes(fetched), prepared: this.#prepared });
  }

  async run(scenario: MobileScenario): Promise<MobileRun> {
    const store = join(this.#scratch, `store-${++this.#runs}`);
    copyLinked(this.#prepared, store);
    this.#putAside('dist');
    this.#putAside('build-cache');
    const { target, variant, before, isEdited } = PLANS[scenario];
    if (variant !== undefined)
      this.#change(`${KOTLIN_FOLDER}/build.yaml`, /variants: .*/, `variants: [${variant}]`);
    if (before !== undefined) await this.#ours(['build', before], store);
    const old = this.#package(target);
    const { path } = KOTLIN_LINE;
    if (isEdited) this.#change(path, KOTLIN_LINE.before, KOTLIN_LINE.after);
    execFileSync('sync');
    const load = loadavg()[0]!;
    const events = join(this.#scratch, 'events.jsonl');
    const began = Date.now();
    const { seconds, output } = await this.#ours(['build', target, '--events', events], store);
    if (isEdited) this.#change(path, KOTLIN_LINE.after, KOTLIN_LINE.before);
    const made = this.#package(target);
    if (!made || old?.equals(made) || /\b0 cached\b/.test(output) === (isEdited === true))
      throw new Error(`${scenario}: not what was asked for\n${output}`);
    this.#putAside(store);
    return {
      seconds,
      cpuSeconds: cpuSecondsIn(output),
      load,
      parts: partsOf(readFileSync(events, 'utf8'), began, seconds),
    };
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#remove);
    this.#remove();
  }

  /** The app's one package in `dist/`. */
  #package(target: string): Buffer | undefined {
    const folder = join(this.#workspace, 'dist', 'mobile');
    const name = target.replace('app:', '');
    const made = existsSync(folder)
      ? readdirSync(folder).filter((file) => file.startsWith(name) && file.endsWith('.apk'))
      : [];
    return made.length === 1 ? readFileSync(join(folder, made[0]!)) : undefined;
  }

  #change(path: string, from: string | RegExp, to: string): void {
    const place = join(this.#workspace, path);
    const text = readFileSync(place, 'utf8');
    const changed = text.replace(from, to);
    if (changed === text && !text.includes(to)) throw new Error(`${path} has no ${from}`);
    writeFileSync(place, changed);
  }

  readonly #remove = (): void => rmSync(this.#scratch, { recursive: true, force: true });

  get #prepared(): string {
    return join(this.#scratch, 'prepared');
  }

  #ours(
    words: readonly string[],
    store: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Measured> {
    return measure({
      argv: ['sh', '-c', '"$@" && times', 'sh', process.execPath, ourProgram(), ...words],
      env: {
        ...env,
        PATH: `${dirname(process.execPath)}:${process.env.PATH ?? '/usr/bin:/bin'}`,
        HOME: process.env.HOME ?? homedir(),
        LANG: 'C.UTF-8',
        MOBILEOPS_CACHE: store,
      },
      cwd: this.#workspace,
      log: join(this.#scratch, 'output.txt'),
    });
  }

  /** Moved and not removed: see `Subject`. */
  #putAside(path: string): void {
    const from = path.startsWith('/') ? path : join(this.#workspace, path);
    if (!existsSync(from)) return;
    const aside = join(this.#scratch, 'aside');
    mkdirSync(aside, { recursive: true });
    renameSync(from, join(aside, `${this.#runs}-${path.split('/').at(-1)}`));
  }
}

/** The example as git has it in the working tree, in a repository of its own. */
function copyTracked(to: string): void {
  mkdirSync(to);
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: EXAMPLE, encoding: 'utf8' });
  const paths = listed.split('\0').filter((path) => path !== '' && existsSync(join(EXAMPLE, path)));
  execFileSync('cp', ['-a', '--parents', '--', ...paths, to], { cwd: EXAMPLE });
  for (const app of ['hybrid', 'status']) withoutBundle(join(to, 'mobile', app, 'build.yaml'));
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  for (const words of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'bench'],
  ]) {
    execFileSync('git', [...who, ...words], { cwd: to, stdio: 'pipe' });
  }
}

/** The app alone: what stores want beside it is made for a release. */
function withoutBundle(path: string): void {
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(/^ +bundle: true\n/m, '');
  if (changed === text) throw new Error(`${path} makes no bundle`);
  writeFileSync(path, changed);
}

/** What the shell's `times` prints in its second line: user and system time of what it ran. */
function cpuSecondsIn(output: string): number {
  const last = output.trimEnd().split('\n').at(-1)!;
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

function partsOf(lines: string, began: number, seconds: number): Part[] {
  const events = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as BuildEvent);
  const at = ({ time }: BuildEvent): number => (time - began) / 1000;
  const started = new Map<string, number>();
  const parts: Part[] = [];
  for (const event of events) {
    const { id, label, description } = event.payload as ActionDone;
    if (event.type === 'action.started') started.set(id, at(event));
    if (event.type !== 'action.finished') continue;
    const beginSeconds = started.get(id)!;
    parts.push({ id, name: `${label}: ${description}`, beginSeconds, seconds: at(event) - beginSeconds });
  }
  const first = Math.min(...parts.map(({ beginSeconds }) => beginSeconds));
  const last = Math.max(...parts.map((part) => part.beginSeconds + part.seconds));
  return [
    { id: 'before', name: 'before the first action', beginSeconds: 0, seconds: first },
    ...parts,
    { id: 'after', name: 'after the last: signing, dist/', beginSeconds: last, seconds: seconds - last },
  ];
}

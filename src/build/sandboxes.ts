import { join } from 'node:path';
import { needsNodeAlone, type PlannedAction } from '../action/index.ts';
import type { Digest } from '../base/index.ts';
import {
  canRunOwn,
  openSandbox,
  probeSandbox,
  runtimeRoot,
  runtimeSalt,
  type Sandbox,
  type SandboxKind,
  sandboxSalt,
  type VisibleRoot,
} from '../execution/index.ts';
import type { Host } from '../host/index.ts';
import { cacheFolder } from './cache-folder.ts';
import type { LayeredCas } from './layered-cas.ts';
import type { MachineView } from './machine-view.ts';
import { stampOfPaths } from './opened-workspace.ts';
import type { Program } from './program.ts';

/** What actions that are not our own commands see. */
export interface SeenMachine {
  readonly kind: SandboxKind;
  /** Why it is not `namespaces`. */
  readonly reason?: string;
  readonly root: VisibleRoot;
  readonly salt: string;
}

export interface SandboxesOptions {
  readonly host: Host;
  readonly program: Program;
  readonly cas: LayeredCas;
  readonly machine: MachineView;
}

/**
 * The sandbox of one build, and what each of its actions sees of the host: our own commands only what Node needs to start, so
 * that a package of the system which they cannot see makes nothing of theirs again, and others the visible root.
 */
export class Sandboxes {
  readonly #options: SandboxesOptions;
  #runtime: VisibleRoot | undefined;
  #runtimeStamp = '';
  #seen: Promise<SeenMachine> | undefined;
  #others: SeenMachine | undefined;
  #sandbox: Promise<Sandbox | string> | undefined;

  constructor(options: SandboxesOptions) {
    this.#options = options;
  }

  /** Finds out what our own commands need. Where they cannot do with less, they see what all see. */
  async begin(): Promise<void> {
    const { host } = this.#options;
    const runtime = runtimeRoot(host.fs, join(cacheFolder(host), `runtime-${host.env.userId}.json`));
    this.#runtimeStamp = runtime ? stampOfPaths(host, runtime.binds) : '';
    this.#runtime = runtime && (await canRunOwn({ ...this.#common(), runtime })) ? runtime : undefined;
  }

  /** Of the host, apart from the machine's root. */
  get runtimeFiles(): readonly string[] {
    return this.#runtime?.binds ?? [];
  }

  /** What other actions see, once somebody asked. */
  get others(): SeenMachine | undefined {
    return this.#others;
  }

  seesMachine(action: PlannedAction): boolean {
    return action.container !== true && !(needsNodeAlone(action) && this.#runtime);
  }

  seeMachine(): Promise<SeenMachine> {
    this.#seen ??= this.#look();
    return this.#seen;
  }

  /** Of an action that sees anything of the host. */
  saltOf(action: PlannedAction): string {
    if (!this.seesMachine(action)) return runtimeSalt(this.#runtime!);
    if (!this.#others) throw new Error(`nobody looked at what ${action.id} sees`);
    return this.#others.salt;
  }

  /** Before it is known that an action has to run, since it starts a process beside ours; who uses it is told what went wrong. */
  openAhead(): void {
    this.open().catch(() => {});
  }

  async open(): Promise<Sandbox> {
    this.#sandbox ??= this.#open();
    const sandbox = await this.#sandbox;
    if (typeof sandbox === 'string') throw new Error(`the sandbox cannot be opened: ${sandbox}`);
    return sandbox;
  }

  /** Whether all that actions could see is as it was. */
  async isSame(): Promise<boolean> {
    const { host, machine } = this.#options;
    const isRuntimeSame = !this.#runtime || stampOfPaths(host, this.#runtime.binds) === this.#runtimeStamp;
    return isRuntimeSame && (await machine.isSame());
  }

  async close(): Promise<void> {
    const sandbox = await this.#sandbox?.catch(String);
    if (typeof sandbox === 'object') await sandbox.close();
    this.#sandbox = undefined;
  }

  async #look(): Promise<SeenMachine> {
    const { root } = await this.#options.machine.see();
    const probe = await probeSandbox({ ...this.#common(), machine: () => Promise.resolve(root) });
    if (probe.kind === 'plain' && this.#runtime) {
      // One kind for all: what was begun is begun anew.
      this.#runtime = undefined;
      await this.close();
    }
    this.#others = { ...probe, root, salt: sandboxSalt(probe.kind, root) };
    return this.#others;
  }

  async #open(): Promise<Sandbox | string> {
    const machine = async () => (await this.seeMachine()).root;
    const runtime = this.#runtime;
    const kind = runtime ? 'namespaces' : (await this.seeMachine()).kind;
    return openSandbox({ ...this.#common(), runtime, machine, kind });
  }

  #common() {
    const { host, cas, program } = this.#options;
    const isStored = (digest: Digest): boolean => cas.isStored(digest);
    return { host, cas, isStored, store: cacheFolder(host), script: program.launcher };
  }
}

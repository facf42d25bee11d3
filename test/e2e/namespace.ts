/** A mount namespace of a test's own, which other file systems can be mounted in without the machine noticing. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Rig, tryKill, until } from './rig.ts';

/** An ordinary user is root in a user namespace too. */
const UNSHARE =
  process.getuid?.() === 0 ? ['unshare', '--mount'] : ['unshare', '--user', '--map-root-user', '--mount'];
const ENTER = process.getuid?.() === 0 ? ['nsenter'] : ['nsenter', '--user', '--preserve-credentials'];

export class Namespace implements Disposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** With a script of bash run in it; skips the test by name where that is not possible here. */
  static async open(t: TestContext, rig: Rig, script: string): Promise<Namespace | undefined> {
    const mark = join(rig.folder, 'namespace-is-ready');
    const lines = `set -e\nmount --make-rprivate /\n${script}\n: >'${mark}'\nexec sleep 1000`;
    const [program = '', ...words] = [...UNSHARE, '--', 'bash', '-c', lines];
    const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', (error) => {
      said += error.message;
    });
    await until(
      'the namespace is there',
      () => existsSync(mark) || child.exitCode !== null || child.pid === undefined,
    );
    if (existsSync(mark)) return new Namespace(child);
    t.skip(`not run: no mount namespace can be made here: ${said.trim().split('\n')[0]}`);
    return undefined;
  }

  /** What starts a program in it, for `around`. */
  get around(): readonly string[] {
    return [...ENTER, '--mount', '--target', String(this.#child.pid), '--'];
  }

  run(script: string): string {
    const [program = '', ...words] = [...this.around, 'bash', '-euc', script];
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  }

  [Symbol.dispose](): void {
    if (this.#child.pid !== undefined) tryKill(this.#child.pid);
  }
}

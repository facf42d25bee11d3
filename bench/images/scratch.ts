import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder that goes away when it is disposed, or when our process exits. */
export class ScratchFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'mobileops-bench-images-'));
  readonly #atExit = (): void => this.#remove();

  constructor() {
    process.prependOnceListener('exit', this.#atExit);
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#atExit);
    this.#remove();
  }

  /** A mount that a tool left may show files of the machine: what is still mounted is not removed. */
  #remove(): void {
    try {
      for (const mount of mountsBelow(this.path)) execFileSync('umount', ['-l', mount], { stdio: 'pipe' });
      if (mountsBelow(this.path).length > 0) throw new Error('something is mounted in it');
      rmSync(this.path, { recursive: true, force: true });
    } catch (error) {
      console.error(`${this.path} is left: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** The inner ones first. */
function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((path) => path.startsWith(`${folder}/`))
    .sort()
    .reverse();
}

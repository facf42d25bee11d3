/** Cases built by buildah, which is quick to have; it knows a part of the language. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { toolEnvironment } from '../../bench/images/tool-environment.ts';
import type { CorpusCase } from './corpus.ts';
import { type CorpusPlace, SECRET } from './corpus-place.ts';
import { eachOnce } from './each-once.ts';

const run = promisify(execFile);

export class Buildah {
  readonly #place: CorpusPlace;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #storage: readonly string[];

  private constructor(place: CorpusPlace) {
    this.#place = place;
    this.#folder = join(place.root, 'buildah');
    mkdirSync(this.#folder);
    this.#env = toolEnvironment(this.#folder, { [SECRET.id]: SECRET.value });
    const folders = ['--root', join(this.#folder, 'root'), '--runroot', join(this.#folder, 'run')];
    const driver = ['overlay', 'vfs'].find((each) => this.#can([...folders, '--storage-driver', each]));
    this.#storage = [...folders, '--storage-driver', driver ?? 'vfs'];
  }

  /** `base` is the layout of what `debian:bookworm` is. */
  static async open(place: CorpusPlace, base: string): Promise<Buildah> {
    const buildah = new Buildah(place);
    // It makes a name of the path, which must have no upper case.
    const { stdout } = await buildah.#run(['pull', '-q', `oci:${basename(base)}`], dirname(base));
    await buildah.#run(['tag', stdout.trim(), 'debian:bookworm']);
    return buildah;
  }

  /** It runs only while it builds. */
  close(): void {}

  /** Why it cannot be opened. */
  static missing(): string | undefined {
    if (spawnSync('buildah', ['--version']).error !== undefined) return 'buildah is missing';
    return process.getuid?.() === 0 ? undefined : 'root is missing, as which buildah is run here';
  }

  /** The folder of a case, as `buildah push dir:` writes it. */
  readonly build = eachOnce((each) => this.#build(each));

  async #build(each: CorpusCase): Promise<string> {
    for (const need of each.needs) await this.build(this.#place.case(need));
    const context = join(this.#folder, 'contexts', each.name);
    this.#place.lay(each, context);
    const tag = `mobileops-${each.name}`;
    await this.#run([
      ...['bud', '--isolation=chroot', '--timestamp', '0', '--format', 'docker', '--identity-label=false'],
      ...['--pull-never', '-q', '--secret', `id=${SECRET.id},env=${SECRET.id}`],
      ...['-t', tag, '-f', join(context, 'docker', `Dockerfile.${each.name}`), context],
    ]);
    const out = join(this.#folder, 'images', each.name);
    mkdirSync(join(this.#folder, 'images'), { recursive: true });
    await this.#run(['push', '-q', tag, `dir:${out}`]);
    return out;
  }

  #run(words: readonly string[], cwd = this.#folder) {
    return run('buildah', [...this.#storage, ...words], { env: this.#env, cwd });
  }

  #can(storage: readonly string[]): boolean {
    return spawnSync('buildah', [...storage, 'info'], { env: this.#env }).status === 0;
  }
}

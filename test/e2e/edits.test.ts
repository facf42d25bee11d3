/** Random edits of a workspace in git, each followed by a build that must see exactly them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { type Component, fault, filesBelow, Rig, randomNumbers, SEED } from './rig.ts';

const STEPS = Number(process.env.MOBILEOPS_EDITS ?? 25);

/** Prints name, executable bit and content of each file that it sees. */
const SHOW = [
  'find . -type f ! -name out.txt ! -name build.yaml | LC_ALL=C sort >/tmp/names',
  'while read -r f; do echo "$f $([ -x "$f" ] && echo x)"; cat "$f"; done </tmp/names >out.txt',
].join('; ');
const NAMES = ['one', 'two', 'three'] as const;
const COMPONENTS: Readonly<Record<string, Component>> = Object.fromEntries(
  NAMES.map((name) => [name, { command: SHOW, files: { 'src/first.txt': `of ${name}\n` } }]),
);

/** The workspace with what git says of it, and random changes of both. */
class Edited {
  readonly rig = new Rig(COMPONENTS);
  readonly done: string[] = [];
  readonly #random = randomNumbers('edits');
  #count = 0;

  constructor() {
    this.git('init', '-q');
    this.rig.write('.gitignore', 'dist/\nbuild-cache/\n*.ignored\n');
    this.git('add', '-A');
    this.git('commit', '-q', '-m', 'first');
  }

  git(...words: string[]): string {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'gc.auto=0'];
    const env = { PATH: process.env.PATH, HOME: this.rig.folder };
    return execFileSync('git', [...who, ...words], { cwd: this.rig.workspace, env, encoding: 'utf8' });
  }

  change(): void {
    const changes = [
      () => this.#write(this.#one(this.#files()), 'edited'),
      () => this.#sameSizeAndTime(this.#one(this.#files())),
      () => this.#write(`components/${this.#one(NAMES)}/src/new${this.#count}.txt`, 'new'),
      () => this.#write(`components/${this.#one(NAMES)}/src/${this.#count}.ignored`, 'ignored'),
      () => this.#write(`components/${this.#one(NAMES)}/deep/${this.#count}/new.txt`, 'new folder'),
      () => this.#remove(this.#one(this.#files())),
      () => this.#rename(this.#one(this.#files())),
      () => this.#toggle(this.#one(this.#files())),
      () => this.#touch(this.#one(this.#files())),
      () => this.#gitDoes('add', '-A'),
      () => this.#gitDoes('commit', '-q', '--allow-empty', '-am', 'next'),
      () => this.#gitDoes('status', '--porcelain'),
      () => this.#gitDoes('add', '-f', 'components'),
      () => this.#gitDoes('rm', '-q', '--cached', '-r', `components/${this.#one(NAMES)}/src`),
      () => this.#gitDoes('checkout', '-q', 'HEAD', '--', '.'),
      () => this.#write('.gitignore', `dist/\nbuild-cache/\n${this.#one(['*.ignored', 'new*', 'deep/'])}\n`),
      () => this.#remove(`dist/components/${this.#one(NAMES)}/out.txt`),
    ];
    this.#count++;
    changes[this.#random(changes.length)]!();
  }

  /** What each component must show: tracked or not ignored, and there. */
  expected(): Record<string, string> {
    const listed = this.git('ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0');
    const paths = [...new Set(listed)].filter((path) => existsSync(this.rig.path(path)));
    return Object.fromEntries(
      NAMES.map((name) => {
        const prefix = `components/${name}/`;
        const own = paths
          .filter((path) => path.startsWith(prefix) && !path.endsWith('build.yaml'))
          .map((path) => path.slice(prefix.length))
          .sort();
        const lines = own.map((path) => {
          const file = this.rig.path(prefix, path);
          const isExecutable = (statSync(file).mode & 0o100) !== 0;
          return `./${path} ${isExecutable ? 'x' : ''}\n${readFileSync(file, 'utf8')}`;
        });
        return [`components/${name}/out.txt`, lines.join('')];
      }),
    );
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#random(list.length)]!;
  }

  #files(): string[] {
    const prefix = `${this.rig.workspace}/`;
    const all = filesBelow(this.rig.path('components')).map((path) => path.slice(prefix.length));
    const some = all.filter((path) => !path.endsWith('build.yaml'));
    return some.length > 0 ? some : ['components/one/src/first.txt'];
  }

  #write(path: string, text: string): void {
    this.done.push(`write ${path}`);
    this.rig.write(path, `${text} ${this.#count}\n`);
  }

  #sameSizeAndTime(path: string): void {
    if (!existsSync(this.rig.path(path))) return;
    this.done.push(`same size and time ${path}`);
    const { mtime, atime } = statSync(this.rig.path(path));
    const text = readFileSync(this.rig.path(path), 'utf8');
    this.rig.write(
      path,
      text.replace(/[a-z]/, (letter) => (letter === 'q' ? 'r' : 'q')),
    );
    utimesSync(this.rig.path(path), atime, mtime);
  }

  #remove(path: string): void {
    this.done.push(`remove ${path}`);
    rmSync(this.rig.path(path), { force: true });
  }

  #rename(path: string): void {
    if (!existsSync(this.rig.path(path))) return;
    const to = `components/${this.#one(NAMES)}/src/moved${this.#count}.txt`;
    this.done.push(`rename ${path} to ${to}`);
    this.rig.write(to, '');
    renameSync(this.rig.path(path), this.rig.path(to));
  }

  #toggle(path: string): void {
    if (!existsSync(this.rig.path(path))) return;
    this.done.push(`chmod ${path}`);
    chmodSync(this.rig.path(path), statSync(this.rig.path(path)).mode ^ 0o100);
  }

  #touch(path: string): void {
    if (!existsSync(this.rig.path(path))) return;
    this.done.push(`touch ${path}`);
    const now = new Date();
    utimesSync(this.rig.path(path), now, now);
  }

  /** What git refuses changes nothing. */
  #gitDoes(...words: string[]): void {
    this.done.push(`git ${words.join(' ')}`);
    try {
      this.git(...words);
    } catch {
      this.done.push('(refused)');
    }
  }
}

fault(
  `${STEPS} builds between random edits and calls of git`,
  'each shows exactly the sources as they are, and one more has nothing to do',
  async () => {
    const edited = new Edited();
    await using rig = edited.rig;
    await rig.build();
    for (let step = 0; step < STEPS; step++) {
      edited.done.push('build');
      for (let count = 0; count <= step % 3; count++) edited.change();
      const { output } = await rig.build();
      const about = `seed ${SEED}: ${edited.done.join('; ')}\n${output}`;
      assert.deepEqual(rig.dist(), edited.expected(), about);
    }
    assert.deepEqual((await rig.build()).ran, []);
  },
  600_000,
);

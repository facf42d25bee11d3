/** Starts images by the real program, as root and as a user with a range of ids, in stores that go away. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { layoutOf, type WrittenImage } from '../src/inspection/testing.ts';
import { until } from './e2e/rig.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const USER_ID = 31_007;
const CLEAN = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A program with arguments that starts the rest of the line. */
  readonly around?: readonly string[];
}

/** One that has not ended. */
export class Going {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = '';
  err = '';
  #hasEnded = false;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.err += text));
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#hasEnded = true;
        resolve({ code, out: this.out, err: this.err });
      });
    });
  }

  /** Waits until one of its streams says so. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const find = (): RegExpExecArray | null => pattern.exec(this.out) ?? pattern.exec(this.err);
    await until(`it says ${pattern}`, () => find() !== null || this.#hasEnded);
    const found = find();
    if (!found) throw new Error(`never said ${pattern}: ${this.out}${this.err}`);
    return found;
  }
}

export type Who = 'root' | 'user';

export class RunRig {
  readonly who: Who;
  readonly root = mkdtempSync(join(tmpdir(), 'mobileops-image-run-'));

  readonly #going: Going[] = [];

  constructor(who: Who) {
    this.who = who;
    chmodSync(this.root, 0o755);
    mkdirSync(this.path('home'));
    if (who === 'user' && process.getuid?.() === 0) chownSync(this.path('home'), USER_ID, USER_ID);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  /** An image as a layout in a folder. */
  image(name: string, written: WrittenImage): void {
    for (const [path, bytes] of layoutOf([written])) this.write(`${name}/${path}`, bytes);
  }

  start(words: readonly string[], options: RunOptions = {}): Going {
    const argv = [...(options.around ?? []), process.execPath, MAIN, 'image', 'run', ...words];
    const asWho = this.who === 'user' && process.getuid?.() === 0 ? [...this.#asUser(), ...argv] : argv;
    const child = spawn(asWho[0]!, asWho.slice(1), {
      cwd: this.root,
      env: { ...CLEAN, HOME: this.path('home'), MOBILEOPS_CACHE: this.path('home/cache'), ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    const going = new Going(child);
    this.#going.push(going);
    return going;
  }

  run(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(words, options).ended;
  }

  /** What starts left in the store beside layers. */
  leftovers(): string[] {
    const store = this.path('home/cache/containers');
    return readdirSync(store)
      .filter((name) => name !== 'compiled' && existsSync(join(store, name, 'tmp')))
      .flatMap((name) => readdirSync(join(store, name, 'tmp')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, ended } of this.#going) {
      child.kill('SIGKILL');
      await ended;
    }
    const remove = ['rm', '-rf', this.root];
    if (spawnSync(remove[0]!, remove.slice(1), { stdio: 'ignore' }).status !== 0) {
      const inside = ['--user', '--map-users=auto', '--map-groups=auto', '--map-root-user', ...remove];
      execFileSync('unshare', inside, { stdio: 'ignore' });
    }
    rmSync(this.root, { recursive: true, force: true });
  }

  /** In a mount namespace where the user exists and has a range; nothing of the machine changes. */
  #asUser(): string[] {
    const passwd = `${readFileSync('/etc/passwd', 'utf8')}ranged:x:${USER_ID}:${USER_ID}::/:/bin/sh\n`;
    const files = { passwd, subuid: 'ranged:400000:65536\n', subgid: 'ranged:500000:65536\n' };
    for (const [name, text] of Object.entries(files)) this.write(`etc/${name}`, text);
    const binds = Object.keys(files).map((name) => `mount --bind '${this.path('etc')}/${name}' /etc/${name}`);
    const change = `exec setpriv --reuid ${USER_ID} --regid ${USER_ID} --clear-groups "$@"`;
    return ['unshare', '--mount', 'sh', '-ec', [...binds, change].join('; '), 'sh'];
  }
}

/** Processes of the machine, of this program where one is named, with this word in their command line. */
export function processesWith(word: string, program = ''): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'latin1');
        return line.startsWith(program) && line.includes(word);
      } catch {
        return false;
      }
    })
    .map(Number);
}

type Body = (rig: RunRig, t: TestContext) => Promise<void>;

/** As whoever runs the tests, and for root as a user, too; reported as not run where the machine lacks what is needed. */
export function runTest(name: string, body: Body, users: readonly Who[] = ['root', 'user']): void {
  const isRoot = process.getuid?.() === 0;
  for (const who of isRoot ? users : (['user'] as const)) {
    test(`${name} (${who})`, async (t) => {
      await using rig = new RunRig(who);
      rig.image('nothing', { layers: [], config: { config: { Cmd: ['/nothing'] } } });
      const tried = await rig.run(['./nothing']);
      const [, lacking] = /error\[(?:container\/no-|build\/no-)\S* (.*)/.exec(tried.err) ?? [];
      if (lacking !== undefined && !tried.err.includes('container/no-program'))
        return t.skip(`not run: ${lacking}`);
      await body(rig, t);
    });
  }
}

const SERVER = String.raw`
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static void leave(int number) { _exit(number == SIGQUIT ? 42 : 43); }
int main(int argc, char **argv) {
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])), .sin_addr = { htonl(INADDR_LOOPBACK) } };
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  char text[100];
  if (!strcmp(argv[1], "get")) {
    if (connect(fd, (void *)&at, sizeof at)) { puts("nobody listens"); return 1; }
    write(fd, "probe", 5);
    shutdown(fd, SHUT_WR);
    return read(fd, text, sizeof text) > 0 ? 0 : 1;
  }
  signal(SIGQUIT, leave);
  signal(SIGTERM, leave);
  if (argc > 3) sleep(atoi(argv[3]));
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (void *)&at, sizeof at) || listen(fd, 9)) { perror("listen"); return 3; }
  puts("listening");
  fflush(stdout);
  for (;;) {
    int client = accept(fd, 0, 0);
    long count = 0, got;
    while ((got = read(client, text, sizeof text)) > 0) count += got;
    dprintf(client, "%ld bytes for uid %d, pid %d\n", count, getuid(), getpid());
    close(client);
  }
}
`;

/** A program without any library: \`serve PORT [SECONDS]\` counts what comes, \`get PORT\` asks it. \`undefined\` without a compiler. */
export function serverProgram(rig: RunRig): Buffer | undefined {
  rig.write('server.c', SERVER);
  const made = spawnSync('cc', ['-static', '-o', rig.path('server'), rig.path('server.c')], { env: CLEAN });
  return made.status === 0 ? readFileSync(rig.path('server')) : undefined;
}

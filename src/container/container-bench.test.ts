/** For tests: archives as one wishes them, an image of the machine's own programs, and a runner with a store that goes away. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { renderDiagnostic, sha256 } from '../base/index.ts';
import { realHost } from '../host/index.ts';
import {
  type ContainerLayer,
  type ContainerPlace,
  type ContainerResult,
  type ContainerRun,
  type ContainerRunner,
  describeContainerFailure,
  ForkServer,
  openContainerRunner,
} from './index.ts';

export const PROGRAM = join(import.meta.dirname, 'container.py');
export const EPOCH = 315_532_800;
export const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

export interface TestMember {
  readonly name: string | Uint8Array;
  /** The type flag: `0` file, `1` link, `2` symlink, `3` device, `5` folder, `6` FIFO, `x` PAX and so on. */
  readonly kind?: string;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly link?: string;
  /** In place of the content's length. */
  readonly size?: number;
  /** Records of a PAX header before the member. */
  readonly pax?: Readonly<Record<string, string>>;
}

/** A USTAR archive, well formed or not, as the members say. */
export function tarOf(members: readonly TestMember[]): Buffer {
  return Buffer.concat([...members.flatMap(blocks), Buffer.alloc(1024)]);
}

function blocks(member: TestMember): Buffer[] {
  const content = Buffer.from(member.content ?? '');
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  const records = Object.entries(member.pax ?? {}).map(([key, value]) => paxRecord(key, value));
  const pax = records.length === 0 ? [] : blocks({ name: 'pax', kind: 'x', content: Buffer.concat(records) });
  return [...pax, header(member, content.length), content, padding];
}

function header(member: TestMember, length: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, width: number): void => {
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  };
  Buffer.from(member.name).copy(block, 0, 0, 100);
  octal(member.mode ?? (member.kind === '5' ? 0o755 : 0o644), 100, 8);
  octal(member.uid ?? 0, 108, 8);
  octal(member.gid ?? 0, 116, 8);
  octal(member.size ?? length, 124, 12);
  octal(member.mtime ?? EPOCH, 136, 12);
  block.write(member.kind ?? '0', 156);
  block.write(member.link ?? '', 157, 100);
  block.write('ustar\x0000', 257, 'latin1');
  block.write(' '.repeat(8), 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (rest + String(length).length !== length) length++;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

/** Programs that the test image has: the machine's own, with the libraries that they load. */
const PROGRAMS = [
  'sh cat ls id mkdir rm rmdir touch chmod chown ln mv cp stat find head tail sort sleep mkfifo mknod date grep od env',
  'true false truncate dd readlink hostname setpriv yes seq wc setfattr getfattr getent stty',
]
  .join(' ')
  .split(' ');

/** What `/` has in the test image beside programs. */
const FILES: readonly TestMember[] = [
  { name: './', kind: '5', mtime: 1000 },
  { name: 'etc/', kind: '5', mtime: 1000 },
  {
    name: 'etc/passwd',
    mtime: 1000,
    content:
      'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:100::/home/bob:/bin/sh\n',
  },
  {
    name: 'etc/group',
    mtime: 1000,
    content: 'root:x:0:\nusers:x:100:alice,bob\nadm:x:4:bob\nalice:x:1000:\n',
  },
  { name: 'home/', kind: '5', mtime: 1000 },
  { name: 'home/alice/', kind: '5', uid: 1000, gid: 1000, mtime: 1000 },
  { name: 'root/', kind: '5', mode: 0o700, mtime: 1000 },
  { name: 'tmp/', kind: '5', mode: 0o1777, mtime: 1000 },
  { name: 'data/', kind: '5', mtime: 1000 },
  { name: 'data/old', content: 'old\n', mtime: 1000 },
  { name: 'data/sub/', kind: '5', mtime: 1000 },
  { name: 'data/sub/a', content: 'a\n', mtime: 1000 },
  { name: 'data/sub/b', content: 'b\n', mtime: 1000 },
  { name: 'usr/', kind: '5', mtime: 1000 },
  ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name): TestMember[] => [
    { name: `usr/${name}/`, kind: '5', mtime: 1000 },
    { name, kind: '2', link: `usr/${name}`, mtime: 1000 },
  ]),
];

let image: Buffer | undefined;

/** A small image in one layer, made once. */
export function imageTar(): Buffer {
  image ??= tarOf([...FILES, ...programs()]);
  return image;
}

function programs(): TestMember[] {
  const found = PROGRAMS.flatMap((name) => {
    const path = realHost().processes.which(name, PATH);
    return path === undefined ? [] : [path];
  });
  const listed = execFileSync('ldd', found, { encoding: 'utf8' });
  const libraries = [...listed.matchAll(/(?:=> |^\s)(\/\S+) \(0x/gm)].map((match) => match[1]!);
  return [...new Set([...found, ...libraries])].map((path) => ({
    name: path.replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/').slice(1),
    content: readFileSync(path),
    mode: 0o755,
    mtime: 1000,
  }));
}

let sharedStore: string | undefined;
after(() => {
  if (sharedStore !== undefined) removeAll(sharedStore);
});

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mobileops-container-'));
}

export interface BenchRun extends ContainerResult {
  readonly output: string;
}

/** A runner in a folder of its own, which is emptied by the runner's own program, since others may not. */
export class ContainerBench {
  readonly root: string;
  readonly place: ContainerPlace;
  readonly runner: ContainerRunner;
  #count = 0;

  private constructor(place: ContainerPlace, root: string, runner: ContainerRunner) {
    this.root = root;
    this.place = place;
    this.runner = runner;
  }

  /**
   * `undefined` where the machine lacks what is needed: the test is then reported as not run. All of a file share one store,
   * unless one wants its own.
   */
  static async open(t: TestContext, want: 'shared' | 'own' = 'shared'): Promise<ContainerBench | undefined> {
    const root = temporaryFolder();
    t.after(() => removeAll(root));
    if (want === 'shared') sharedStore ??= temporaryFolder();
    const store = want === 'shared' ? sharedStore! : join(root, 'store');
    const processes = new ForkServer(realHost().processes, PROGRAM);
    t.after(() => processes.close());
    const place = { host: { ...realHost(), processes }, python: 'python3', program: PROGRAM, store };
    const opened = await openContainerRunner(place);
    if (opened.ok) return new ContainerBench(place, root, opened.value);
    t.skip(`not run: ${renderDiagnostic(opened.failure).split('\n')[0]}`);
    return undefined;
  }

  path(name: string): string {
    return join(this.root, name);
  }

  layer(content: Buffer | readonly TestMember[]): ContainerLayer {
    const tar = Buffer.isBuffer(content) ? content : tarOf(content as readonly TestMember[]);
    const path = this.path(`${sha256(tar).slice(0, 16)}.tar`);
    if (!existsSync(path)) writeFileSync(path, tar);
    return { path, diffId: `sha256:${sha256(tar)}` };
  }

  base(): ContainerLayer {
    return this.layer(imageTar());
  }

  runOf(script: string, more: Partial<ContainerRun> = {}): ContainerRun {
    return {
      layers: [this.base()],
      argv: ['/bin/sh', '-ec', script],
      env: { PATH },
      workingDirectory: '/',
      user: '',
      network: 'none',
      mounts: [],
      hostname: 'build',
      timeoutMs: 60_000,
      sourceDateEpoch: EPOCH,
      out: this.path(`layer-${this.#count++}.tar`),
      ...more,
    };
  }

  /** Runs a script with `sh`; throws what failed. */
  async run(script: string, more: Partial<ContainerRun> = {}): Promise<BenchRun> {
    const chunks: Uint8Array[] = [];
    const result = await this.runner.run(
      this.runOf(script, { onOutput: (each) => chunks.push(each), ...more }),
    );
    if (!result.ok) throw new Error(describeContainerFailure(result.failure));
    return { ...result.value, output: Buffer.concat(chunks).toString('utf8') };
  }

  /** Why a run has no result. */
  async failure(script: string, more: Partial<ContainerRun> = {}): Promise<string> {
    const result = await this.runner.run(this.runOf(script, more));
    return result.ok ? `exit ${result.value.exitCode}` : describeContainerFailure(result.failure);
  }

  folder(name: string): string {
    mkdirSync(this.path(name), { recursive: true });
    return this.path(name);
  }
}

/** A test with a runner of its own, which is reported as not run where the machine lacks what is needed. */
export function containerTest(
  name: string,
  body: (on: ContainerBench, t: TestContext) => Promise<void>,
): void {
  test(name, async (t) => {
    const on = await ContainerBench.open(t);
    if (on) await body(on, t);
  });
}

/** As `tar` sees the members of a layer: mode, owner, size, time, name. */
export function listLayer({ layer }: ContainerResult): string[] {
  if (!layer) return [];
  const argv = ['tvf', layer.path, '--numeric-owner', '--full-time', '--xattrs', '--quoting-style=c'];
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
  const lines = execFileSync('tar', argv, { encoding: 'utf8', env }).trimEnd().split('\n');
  return lines.map((line) => line.replace(/ +/g, ' '));
}

/** A user's store has files of other owners, which only a namespace with the same range can remove. */
function removeAll(root: string): void {
  try {
    execFileSync('rm', ['-rf', root], { stdio: 'ignore' });
  } catch {
    execFileSync(
      'unshare',
      ['--user', '--map-users=auto', '--map-groups=auto', '--map-root-user', 'rm', '-rf', root],
      { stdio: 'ignore' },
    );
  }
}

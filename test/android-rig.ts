/** A workspace with an app, built by the real command line with the tools that `scripts/test.mjs` prepared. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const EXAMPLE = join(ROOT, 'examples/platform');
const LOCK = join(EXAMPLE, 'mobileops.lock');
const KEY = join(EXAMPLE, 'mobile/hybrid/keystore/debug.p12');
const CACHE = process.env.MOBILEOPS_TEST_CACHE ?? join(ROOT, 'build-cache/test-cache');
const HEAD = 'apiVersion: build.mobileops.io/v1\n';

/** The example's debug key, as an app of a test names it. */
export const SIGNING = '    signing: { storeFile: debug.p12, keyAlias: androiddebugkey, kind: debug }\n';

export interface Built {
  readonly code: number | null;
  readonly output: string;
  /** What ran, as the build tells it: `app:demo  compile Java`. */
  readonly ran: readonly string[];
}

interface LockedTool {
  readonly files: readonly { readonly file: string; readonly sha256?: string }[];
}

export class AndroidRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'mobileops-android-'));
  readonly #t: TestContext;

  private constructor(t: TestContext) {
    this.#t = t;
    t.after(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Skips the test by name where a tool was not prepared. */
  static open(t: TestContext, tools: readonly string[]): AndroidRig | undefined {
    const lock = JSON.parse(readFileSync(LOCK, 'utf8')) as { tools: Record<string, LockedTool> };
    const rig = new AndroidRig(t);
    for (const tool of tools) {
      for (const { file, sha256 } of lock.tools[tool]?.files ?? []) {
        const place = join('cas', sha256!.slice(0, 2), sha256!);
        if (existsSync(join(CACHE, place))) rig.#take(place);
        else {
          t.skip(`not run: ${file} is missing`);
          return undefined;
        }
      }
    }
    copyFileSync(LOCK, rig.path('mobileops.lock'));
    rig.write({
      'build-config.yaml': `${HEAD}kind: BuildConfiguration\nmetadata: { name: demo }\nspec: { version: "1.2.3" }\n`,
    });
    return rig;
  }

  #take(place: string): void {
    const to = join(this.folder, 'cache', place);
    mkdirSync(dirname(to), { recursive: true });
    try {
      linkSync(join(CACHE, place), to);
    } catch {
      copyFileSync(join(CACHE, place), to);
    }
  }

  path(...parts: readonly string[]): string {
    const path = join(this.folder, 'workspace', ...parts);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) writeFileSync(this.path(path), text);
  }

  /** `mobile/<name>` with these lines of YAML below `android:`, indented by four, and its files. */
  app(name: string, android: string, files: Readonly<Record<string, string>>): void {
    const spec = `spec:\n  platform: android\n  android:\n${android}`;
    this.write({
      [`mobile/${name}/build.yaml`]: `${HEAD}kind: MobileBuild\nmetadata: { name: ${name} }\n${spec}`,
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`mobile/${name}/${path}`, text])),
    });
    copyFileSync(KEY, this.path('mobile', name, 'debug.p12'));
  }

  build(words: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Built {
    const { PATH, JAVA_HOME } = process.env;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'src/main.ts'), 'build', ...words],
      {
        cwd: this.path('.'),
        encoding: 'utf8',
        env: {
          PATH,
          ...(JAVA_HOME === undefined ? {} : { JAVA_HOME }),
          HOME: this.folder,
          MOBILEOPS_CACHE: join(this.folder, 'cache'),
          ...env,
        },
      },
    );
    const output = stdout + stderr;
    const ran = [...output.matchAll(/^\[[ \d]+\/\d+\] (.*?) {2}[\d.]+m?s$/gm)].map((match) => match[1]!);
    return { code: status, output, ran };
  }

  /** Text of a program of this machine; a part of the test, skipped by name where there is none. */
  inspect(argv: readonly string[], look: (text: string) => void): Promise<void> {
    return this.#t.test(`${argv.slice(0, 2).join(' ')} tells it`, (part) => {
      const { error, status, stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), {
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      });
      if (error && 'code' in error && error.code === 'ENOENT')
        return part.skip(`not run: ${argv[0]} is missing`);
      if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}${stdout}`);
      look(stdout);
    });
  }
}

/** A workspace with an app, built by the real command line with the tools that `scripts/test.mjs` prepared. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { knowHost } from '../src/host/testing.ts';
import { inspect } from './inspect.ts';
import { EXAMPLE_LOCK, preparedFiles, TEST_CACHE } from './prepared-tools.ts';

const ROOT = join(import.meta.dirname, '..');
const EXAMPLE = join(ROOT, 'examples/platform');
const KEY = join(EXAMPLE, 'mobile/hybrid/keystore/debug.p12');
const HEAD = 'apiVersion: build.mobileops.io/v1\n';

/** The example's debug key, as an app of a test names it. */
export const SIGNING = '    signing: { storeFile: debug.p12, keyAlias: androiddebugkey, kind: debug }\n';

export interface Built {
  readonly code: number | null;
  readonly output: string;
  /** What ran, as the build tells it: `app:demo  compile Java`. */
  readonly ran: readonly string[];
}

/** What every app is built with. */
const TOOLS = ['r8', 'aapt2', 'android-platform', 'apksig', 'manifest-merger'];

export class AndroidRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'mobileops-android-'));
  readonly #t: TestContext;

  private constructor(t: TestContext) {
    this.#t = t;
    t.after(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** With what every app needs, and these; skips the test by name where a tool was not prepared. */
  static open(t: TestContext, more: readonly string[] = []): AndroidRig | undefined {
    const rig = new AndroidRig(t);
    for (const { file, place, isThere } of [...TOOLS, ...more].flatMap(preparedFiles)) {
      if (!isThere) {
        t.skip(`not run: ${file} is missing`);
        return undefined;
      }
      rig.#take(place);
    }
    knowHost(join(rig.folder, 'cache'));
    copyFileSync(EXAMPLE_LOCK, rig.path('mobileops.lock'));
    rig.write({
      'build-config.yaml': `${HEAD}kind: BuildConfiguration\nmetadata: { name: demo }\nspec: { version: "1.2.3" }\n`,
    });
    return rig;
  }

  #take(place: string): void {
    const to = join(this.folder, 'cache', place);
    mkdirSync(dirname(to), { recursive: true });
    try {
      linkSync(join(TEST_CACHE, place), to);
    } catch {
      copyFileSync(join(TEST_CACHE, place), to);
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
    return this.run(['build', ...words], env);
  }

  run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Built {
    const { PATH, JAVA_HOME } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'src/main.ts'), ...words], {
      cwd: this.path('.'),
      encoding: 'utf8',
      env: {
        PATH,
        ...(JAVA_HOME === undefined ? {} : { JAVA_HOME }),
        HOME: this.folder,
        MOBILEOPS_CACHE: join(this.folder, 'cache'),
        ...env,
      },
    });
    const output = stdout + stderr;
    const ran = [...output.matchAll(/^\[[ \d]+\/\d+\] (.*?) {2}[\d.]+m?s$/gm)].map((match) => match[1]!);
    return { code: status, output, ran };
  }

  inspect(argv: readonly string[], look: (text: string) => void | Promise<void>): Promise<void> {
    return inspect(this.#t, argv, look);
  }
}

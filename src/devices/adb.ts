import { join } from 'node:path';
import { cleanText, fail, ok, type Result } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import { type AttachedDevice, parseDevices } from './device-list.ts';

export type AdbWorld = Pick<Host, 'processes' | 'env'>;

/** `adb` of the SDK that ANDROID_HOME (or ANDROID_SDK_ROOT) names, else of PATH. */
export function adbOf({ processes, env: { variables } }: AdbWorld): string | undefined {
  const homes = [variables.ANDROID_HOME, variables.ANDROID_SDK_ROOT].flatMap((home) =>
    home ? [join(home, 'platform-tools')] : [],
  );
  const found = homes.map((home) => processes.which('adb', home)).find((path) => path !== undefined);
  return found ?? processes.which('adb', variables.PATH ?? '');
}

/**
 * adb leaves a server behind, which keeps what it was started with: it is given what it reads itself, and nothing that could be a
 * secret. Of ANDROID_… that is a few; ANDROID_PUBLISHER_CREDENTIALS of others is a key.
 */
const GIVEN =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|LANG|LC_[A-Z]+|LD_LIBRARY_PATH|ANDROID_(HOME|SDK_ROOT|SDK_HOME|USER_HOME|SERIAL|LOG_TAGS|PRODUCT_OUT|ADB_SERVER_(PORT|ADDRESS)|ADB_LOG_PATH)|ADB_\w+)$/;

function givenTo(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => GIVEN.test(name)));
}

const LIST_MS = 60_000;

/** What is attached. The first call of a day starts adb's own server, which stays. */
export async function attachedDevices(
  adb: Adb,
  signal: AbortSignal,
): Promise<Result<readonly AttachedDevice[], string>> {
  const listed = await adb.run(['devices', '-l'], { timeoutMs: LIST_MS, signal });
  return listed.ok ? ok(parseDevices(listed.value)) : listed;
}

export interface AdbOptions {
  readonly timeoutMs: number;
  /** None where what was begun has to be ended, come what may. */
  readonly signal?: AbortSignal;
}

/** Calls of one `adb`. */
export class Adb {
  readonly #processes: AdbWorld['processes'];
  readonly #env: Readonly<Record<string, string>>;
  readonly #path: string;

  constructor(world: AdbWorld, path: string) {
    this.#processes = world.processes;
    this.#env = givenTo(world.env.variables);
    this.#path = path;
  }

  /** What it printed, or why it failed. */
  async run(words: readonly string[], options: AdbOptions): Promise<Result<string, string>> {
    const argv = [this.#path, ...words];
    try {
      const { code, signal, stdout, stderr } = await this.#processes.run(argv, {
        env: this.#env,
        ...options,
      });
      const text = Buffer.from(stdout).toString();
      if (code === 0) return ok(text);
      const said = cleanText(`${text}\n${Buffer.from(stderr).toString()}`, false).trim();
      return fail(said === '' ? ended(code, signal) : said);
    } catch (error) {
      if (error instanceof Error && 'code' in error) return fail(`${this.#path}: ${String(error.code)}`);
      throw error;
    }
  }

  /** Hands on every line as it comes; why it failed, or nothing. */
  async lines(
    words: readonly string[],
    options: AdbOptions & { readonly onLine: (line: string) => void },
  ): Promise<string | undefined> {
    const errors: string[] = [];
    const child = this.#processes.startLines([this.#path, ...words], {
      ...options,
      env: this.#env,
      onErrorLine: (line) => void (errors.length < MAX_ERROR_LINES && errors.push(line)),
    });
    child.end();
    const { code, signal } = await child.exit;
    if (code === 0) return undefined;
    const said = cleanText(errors.join('\n'), false).trim();
    return said === '' || code === undefined ? ended(code, signal) : said;
  }
}

const MAX_ERROR_LINES = 20;

function ended(code: number | undefined, signal: string | undefined): string {
  return code === undefined ? `adb was stopped (${signal ?? 'no signal'})` : `adb ended with ${code}`;
}

/** As one word for the shell of the device, to which adb hands all words as one line. */
export function shellWord(text: string): string {
  return /^[\w.,:/=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

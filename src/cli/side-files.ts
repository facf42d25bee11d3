import { resolve } from 'node:path/posix';
import type { Diagnostic } from '../base/index.ts';
import { ChromeTrace, eventLines, type Subscriber } from '../event/index.ts';
import type { FileHandle } from '../host/index.ts';
import type { CliCode } from './diagnostics.ts';
import type { VerbContext } from './verb.ts';

/** The files that `--events` and `--profile` ask for. Paths start where the user stands. */
export class SideFiles {
  readonly subscribers: readonly Subscriber[];
  /** Why one of them cannot be written: found out before anything is built. */
  readonly diagnostics: readonly Diagnostic[];
  readonly #events: FileHandle | undefined;
  readonly #profile: FileHandle | undefined;
  readonly #trace = new ChromeTrace();

  constructor(context: Pick<VerbContext, 'host' | 'flags'>) {
    const diagnostics: Diagnostic[] = [];
    const events = openSideFile(context, 'events', diagnostics);
    this.#events = events;
    this.#profile = openSideFile(context, 'profile', diagnostics);
    this.diagnostics = diagnostics;
    this.subscribers = [
      ...(events ? [eventLines((text) => events.write(Buffer.from(text)))] : []),
      ...(this.#profile ? [((event) => this.#trace.handle(event)) satisfies Subscriber] : []),
    ];
  }

  /** Writes what is written at the end. */
  close(): void {
    this.#events?.[Symbol.dispose]();
    this.#profile?.write(Buffer.from(this.#trace.toJson()));
    this.#profile?.[Symbol.dispose]();
  }
}

/** What the user can mend by another path. */
const MENDABLE: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  EACCES: 'the rights are missing',
  EPERM: 'the rights are missing',
  EROFS: 'the disk is read-only',
};

/** Opens the file that a flag names, in place of what was there; tells why it cannot be written. */
export function openSideFile(
  { host, flags }: Pick<VerbContext, 'host' | 'flags'>,
  name: 'events' | 'profile' | 'html' | 'ota',
  diagnostics: Diagnostic[],
): FileHandle | undefined {
  const given = flags.text(name);
  if (given === undefined) return undefined;
  const path = resolve(host.env.workingDirectory, given);
  try {
    return host.fs.open(path, 'w', 0o644);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? MENDABLE[String(error.code)] : undefined;
    if (why === undefined) throw error;
    const message = `--${name} cannot be written there: ${why}`;
    const code: CliCode = 'cli/no-file';
    diagnostics.push({
      code,
      severity: 'error',
      message,
      hint: `write --${name} FILE`,
      path,
      cause: 'input',
    });
    return undefined;
  }
}

import { resolve } from 'node:path/posix';
import { ChromeTrace, eventLines, type Subscriber } from '../event/index.ts';
import type { VerbContext } from './verb.ts';

/** The files that `--events` and `--profile` ask for. Paths start where the user stands. */
export class SideFiles {
  readonly subscribers: readonly Subscriber[];
  readonly #write: () => void;

  constructor({ host, flags }: Pick<VerbContext, 'host' | 'flags'>) {
    const { fs, env } = host;
    const place = (name: string): string | undefined => {
      const path = flags.text(name);
      return path === undefined ? undefined : resolve(env.workingDirectory, path);
    };
    const events = place('events');
    const profile = place('profile');
    const trace = new ChromeTrace();
    const handle = events === undefined ? undefined : fs.open(events, 'w', 0o644);
    this.subscribers = [
      ...(handle ? [eventLines((text) => handle.write(Buffer.from(text)))] : []),
      ...(profile === undefined ? [] : [((event) => trace.handle(event)) satisfies Subscriber]),
    ];
    this.#write = () => {
      handle?.[Symbol.dispose]();
      if (profile !== undefined) fs.writeFile(profile, trace.toJson());
    };
  }

  /** Writes what is written at the end. */
  close(): void {
    this.#write();
  }
}

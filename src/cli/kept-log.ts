import { join } from 'node:path/posix';
import { openStore } from '../build/index.ts';
import { BuildLog, type Subscriber } from '../event/index.ts';
import type { Host } from '../host/index.ts';

const KEPT_LOGS = 20;

/** The log of one build below `build-cache/logs`, made when there is something to say; the last 20 stay. */
export class KeptLog {
  /** Relative to the workspace. */
  readonly path: string;
  readonly #host: Host;
  readonly #root: string;
  #isMade = false;

  constructor(host: Host, root: string) {
    const time = new Date(host.clock.now()).toISOString().replace(/[:.]/g, '-');
    this.path = `build-cache/logs/${time}.log`;
    this.#host = host;
    this.#root = root;
  }

  get subscriber(): Subscriber {
    const log = new BuildLog({
      append: (text) => this.#append(text),
      readOutput: (stdout) => openStore(this.#host).cas.get(stdout),
    });
    return (event) => log.handle(event);
  }

  #append(text: string): void {
    const { fs } = this.#host;
    const file = join(this.#root, this.path);
    if (!this.#isMade) {
      fs.makeDirectory(join(this.#root, 'build-cache/logs'));
      fs.writeFile(file, '', 0o600);
    }
    this.#isMade = true;
    fs.appendFile(file, text);
  }

  /** Removes the oldest logs; names sort by time. */
  prune(): void {
    if (!this.#isMade) return;
    const { fs } = this.#host;
    const folder = join(this.#root, 'build-cache/logs');
    const logs = fs.readDirectory(folder).filter(({ name }) => name.endsWith('.log'));
    for (const { name } of logs.slice(0, -KEPT_LOGS)) fs.remove(join(folder, name));
  }
}

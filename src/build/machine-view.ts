import { isRootAsSeen, type SeenRoot, seeRoot } from '../execution/index.ts';
import type { Host } from '../host/index.ts';

type Places = Parameters<typeof seeRoot>[1];

/** What actions can see of the machine, looked at when something first needs it: a build of images alone never does. */
export class MachineView {
  readonly #host: Host;
  readonly #places: Places;
  #seen: Promise<SeenRoot> | undefined;

  constructor(host: Host, places: Places) {
    this.#host = host;
    this.#places = places;
  }

  see(): Promise<SeenRoot> {
    this.#seen ??= seeRoot(this.#host, this.#places);
    return this.#seen;
  }

  /** Begins to look; whoever needs it is told what went wrong. */
  begin(): void {
    this.see().catch(() => {});
  }

  /** Digest of what was seen: empty where nothing was looked at, `undefined` where a change might not show. */
  async listing(): Promise<string | undefined> {
    return this.#seen ? (await this.#seen).listing : '';
  }

  /** Whether all that was seen is still so. */
  async isSame(): Promise<boolean> {
    return !this.#seen || isRootAsSeen(this.#host, { ...this.#places, seen: await this.#seen });
  }
}

import type { ClientContext } from '../world.ts';

const STEP_BYTES = 2 ** 22;

/** Tells of a blob's bytes in steps, so that a big one does not make a million events. */
export class Progress {
  readonly #context: ClientContext;
  readonly #digest: string;
  #bytes = 0;

  constructor(context: ClientContext, digest: string) {
    this.#context = context;
    this.#digest = digest;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= STEP_BYTES) this.flush();
  }

  flush(): void {
    if (this.#bytes > 0)
      this.#context.onEvent({ type: 'blob.progress', digest: this.#digest, bytes: this.#bytes });
    this.#bytes = 0;
  }
}

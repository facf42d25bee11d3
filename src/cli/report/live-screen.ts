import type { Output } from './output.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** Terminals that know it show what lies between the two at once. */
const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[0J';

/** Lines that stay above, and a frame below them that is drawn anew each time, in one write. */
export class LiveScreen {
  readonly #output: Output;
  #frame: readonly string[] = [];
  #isCursorHidden = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Adds lines that stay and draws `frame` below them; writes nothing when nothing changes. */
  draw(lasting: readonly string[], frame: readonly string[]): void {
    const isSame = frame.length === this.#frame.length && frame.every((line, at) => line === this.#frame[at]);
    if (lasting.length === 0 && isSame) return;
    const hide = frame.length > 0 && !this.#isCursorHidden ? HIDE_CURSOR : '';
    const show = frame.length === 0 && this.#isCursorHidden ? SHOW_CURSOR : '';
    const body = [...lasting, ...frame].map((line) => `${line}${CLEAR_LINE_END}\n`).join('');
    this.#isCursorHidden = frame.length > 0;
    const up = this.#frame.length > 0 ? `\r\u001b[${this.#frame.length}A` : '';
    // Written over and cleared behind, so that a terminal that shows every byte at once does not flicker.
    this.#frame = frame;
    this.#output.write(`${hide}${BEGIN_FRAME}${up}${body}${CLEAR_BELOW}${END_FRAME}${show}`);
  }

  /** Takes the frame away and gives the cursor back. */
  close(): void {
    this.draw([], []);
  }
}

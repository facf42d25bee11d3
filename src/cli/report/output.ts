/** Where text goes: standard output or standard error. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in characters now; 80 where there is no terminal. */
  columns(): number;
  /** Height in lines now; 24 where there is no terminal. */
  rows(): number;
}

/** How wide a result may be: as the terminal is, and without a bound in a file or a pipe, where a line is a line. */
export function resultColumns(output: Pick<Output, 'isTerminal' | 'columns'>): number {
  return output.isTerminal ? output.columns() : Number.POSITIVE_INFINITY;
}

/** Where text goes: standard output or standard error. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in characters now; 80 where there is no terminal. */
  columns(): number;
  /** Height in lines now; 24 where there is no terminal. */
  rows(): number;
}

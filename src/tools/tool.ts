import { fail, type Result } from '../base/index.ts';
import type { FileSystem, Host, HttpLoad, ListenOnLoopback } from '../host/index.ts';

/** What a command may touch. */
export interface ToolContext {
  readonly fs: Pick<
    FileSystem,
    | 'lstat'
    | 'readDirectory'
    | 'readFile'
    | 'readText'
    | 'readLink'
    | 'open'
    | 'writeFile'
    | 'makeDirectory'
    | 'rename'
    | 'symlink'
    | 'chmod'
    | 'remove'
  >;
  /** Absolute; relative arguments start here. */
  readonly workingDirectory: string;
  /** A private folder for what does not fit into memory; the caller removes it. */
  readonly temporaryDirectory: string;
  /** For commands that run another program, of the visible root; only the program itself gives it. */
  readonly host?: Pick<Host, 'fs' | 'processes' | 'env' | 'http' | 'clock'>;
  /** For commands that show a browser what they made; only the program itself gives it. */
  readonly listen?: ListenOnLoopback;
  /** For commands that load a service; only the program itself gives it. */
  readonly load?: HttpLoad;
}

/** `usage`: our own rules called it wrongly. `input`: what it was given cannot become what was asked. */
export interface ToolFailure {
  readonly kind: 'usage' | 'input';
  readonly message: string;
}

export type ToolResult = Result<undefined, ToolFailure>;

/** One of our own commands: the same arguments and input bytes give the same output bytes, everywhere. */
export type Tool = (args: readonly string[], context: ToolContext) => Promise<ToolResult>;

export function usage(message: string): Result<never, ToolFailure> {
  return fail({ kind: 'usage', message });
}

export function badInput(message: string): Result<never, ToolFailure> {
  return fail({ kind: 'input', message });
}

/**
 * The command line: a table of verbs, the parser that the table drives, and a file per verb that loads the workspace,
 * asks the pipeline and reports. Verbs are loaded when they are asked for, so that help costs nothing. It holds no
 * knowledge of how anything is built.
 */
export { refusedOutput } from './crash.ts';
export { cliDiagnostics } from './diagnostics.ts';
export type { Output } from './report/output.ts';
export { streamOutput } from './report/stream-output.ts';
export { type CliOptions, runCli } from './run-cli.ts';
export type { ExitCode } from './verb.ts';

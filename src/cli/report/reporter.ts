import { type Diagnostic, diagnosticToJson, hasErrors, renderDiagnostic } from '../../base/index.ts';
import { type Output, resultColumns } from './output.ts';
import { COLOR_STYLE, PLAIN_STYLE, type Style } from './style.ts';

/** How a verb speaks: results on standard output, everything else on standard error. */
export interface Reporter {
  readonly style: Style;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** How wide a result may be. */
  readonly columns: number;
  /** Standard output; standard error when that is kept for a JSON document. */
  readonly progress: Output;
  /** A result: a text that the user asked for. */
  result(text: string): void;
  /** The verb's one JSON document; its `version` comes first. */
  json(document: object): void;
  /** Something to know; not shown with `--quiet`. */
  note(text: string): void;
  /** Shown as text, unless they are part of the JSON document. */
  diagnostics(diagnostics: readonly Diagnostic[]): void;
}

export interface ReporterOptions {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly style: Style;
}

export function makeReporter({ stdout, stderr, isJson, isQuiet, style }: ReporterOptions): Reporter {
  return {
    style,
    isJson,
    isQuiet,
    columns: resultColumns(stdout),
    progress: isJson ? stderr : stdout,
    result: (text) => stdout.write(withLineEnd(text)),
    json: (document) => stdout.write(`${JSON.stringify({ version: 1, ...document }, undefined, 2)}\n`),
    note: (text) => {
      if (!isQuiet) stderr.write(withLineEnd(text));
    },
    diagnostics: (diagnostics) => {
      const shown = isQuiet ? diagnostics.filter(({ severity }) => severity === 'error') : diagnostics;
      if (!isJson && shown.length > 0) stderr.write(diagnosticsText(shown, style));
    },
  };
}

export function diagnosticsText(diagnostics: readonly Diagnostic[], style: Style): string {
  return `${diagnostics.map((each) => renderDiagnostic(each, style)).join('\n\n')}\n`;
}

export function diagnosticsJson(diagnostics: readonly Diagnostic[]): object[] {
  return diagnostics.map(diagnosticToJson);
}

/** 3 when all that is wrong is missing on the machine, 2 for wrong input, 0 without errors. */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): 0 | 2 | 3 {
  if (!hasErrors(diagnostics)) return 0;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return errors.every(({ cause }) => cause === 'environment') ? 3 : 2;
}

/** The same for a check that failed: what was found wrong is no wrong word of the user's. */
export function failedCodeOf(diagnostics: readonly Diagnostic[]): 0 | 1 | 3 {
  const exitCode = exitCodeOf(diagnostics);
  return exitCode === 2 ? 1 : exitCode;
}

/** Says what is wrong, and nothing else, and gives the exit code. */
export function refuse(reporter: Reporter, diagnostics: readonly Diagnostic[]): 0 | 2 | 3 {
  return told(reporter, diagnostics, exitCodeOf(diagnostics));
}

/** The same where a check failed. */
export function refuseFailed(reporter: Reporter, diagnostics: readonly Diagnostic[]): 0 | 1 | 3 {
  return told(reporter, diagnostics, failedCodeOf(diagnostics));
}

function told<Code extends number>(
  reporter: Reporter,
  diagnostics: readonly Diagnostic[],
  exitCode: Code,
): Code {
  if (reporter.isJson) reporter.json({ exitCode, diagnostics: diagnosticsJson(diagnostics) });
  reporter.diagnostics(diagnostics);
  return exitCode;
}

/** NO_COLOR (any text) forbids, FORCE_COLOR asks, else a terminal that is not `dumb` has colours. */
export function styleFor(
  output: Output,
  variables: Readonly<Record<string, string | undefined>>,
  isForbidden: boolean,
): Style {
  if (isForbidden || (variables.NO_COLOR ?? '') !== '') return PLAIN_STYLE;
  const forced = variables.FORCE_COLOR;
  if (forced !== undefined && forced !== '' && forced !== '0') return COLOR_STYLE;
  return output.isTerminal && variables.TERM !== 'dumb' ? COLOR_STYLE : PLAIN_STYLE;
}

function withLineEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

import { type GateLine, type GateReport, isRed } from '../model.ts';
import { evidenceText, exceptionText, measuredText, statusWord, titleOf } from './rows.ts';

/** What colours a status where there are colours. */
export type Paint = (status: GateLine['status'], text: string) => string;

const WIDEST = 72;

/** The table, and below it what to look at for each line that is not green, and what its figures do not tell. */
export function reportTable({ lines, notes, status }: GateReport, paint: Paint = (_, text) => text): string {
  const rows = lines.map((line) => [
    statusWord(line),
    titleOf(line),
    line.subject,
    cut(measuredText(line)),
    line.threshold ?? '',
    cut(evidenceText(line.evidence)),
  ]);
  const table = aligned([['', 'gate', 'of', 'measured', 'wanted', 'by'], ...rows]);
  const coloured = table.map((text, index) => (index === 0 ? text : paint(lines[index - 1]!.status, text)));
  const details = lines.filter((line) => isRed(line) || line.status === 'excepted').flatMap(detailBlock);
  const red = lines.filter(isRed).length;
  const end =
    status === 'passed'
      ? 'all gates passed'
      : `${red} of ${lines.length} lines ${red === 1 ? 'is' : 'are'} red`;
  return [...coloured, '', ...details, ...notes.map((note) => `note: ${note}`), end].join('\n');
}

function detailBlock(line: GateLine): string[] {
  const exception = exceptionText(line);
  const long = measuredText(line);
  const texts = [...(long.length > WIDEST ? [long] : []), ...(exception ? [exception] : []), ...line.details];
  return texts.length === 0
    ? []
    : [`${titleOf(line)} of ${line.subject}:`, ...texts.map((text) => `  ${text}`), ''];
}

function cut(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

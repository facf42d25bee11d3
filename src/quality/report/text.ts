import { tableLines, wrapText } from '../../base/index.ts';
import { type GateLine, type GateReport, isRed } from '../model.ts';
import { evidenceText, exceptionText, measuredText, statusWord, titleOf } from './rows.ts';

/** What colours a status where there are colours. */
export type Paint = (status: GateLine['status'], text: string) => string;

export interface TableForm {
  readonly paint?: Paint;
  /** How wide it may be; unless told, every line of the report is one line. */
  readonly columns?: number;
}

const WIDEST = 72;
const HEADER = ['', 'gate', 'of', 'measured', 'wanted', 'by'];
/** What goes first where there is no room: the JSON and HTML forms tell it, and of a red line what is below. */
const OPTIONAL = [HEADER.indexOf('by'), HEADER.indexOf('wanted')];

/** The table, and below it what to look at for each line that is not green, and what its figures do not tell. */
export function reportTable({ lines, notes, status }: GateReport, form: TableForm = {}): string {
  const { paint = (_, text) => text, columns = Number.POSITIVE_INFINITY } = form;
  const rows = lines.map((line) => [
    statusWord(line),
    titleOf(line),
    line.subject,
    cut(measuredText(line)),
    line.threshold ?? '',
    cut(evidenceText(line.evidence)),
  ]);
  const table = tableLines([HEADER, ...rows], { columns, optional: OPTIONAL, whole: [0, 1] });
  const isWantedShown = table[0]!.some((text) => text.includes('wanted'));
  const coloured = table.flatMap((texts, index) =>
    index === 0 ? texts : texts.map((text) => paint(lines[index - 1]!.status, text)),
  );
  const wrapped = (text: string, indent: string): string[] => wrapText(text, { columns, indent });
  const details = lines
    .filter((line) => isRed(line) || line.status === 'excepted')
    .flatMap((line) => detailBlock(line, isWantedShown))
    .flatMap((text) => wrapped(text, '    '));
  const red = lines.filter(isRed).length;
  const end =
    status === 'passed'
      ? 'all gates passed'
      : `${red} of ${lines.length} lines ${red === 1 ? 'is' : 'are'} red`;
  return [...coloured, '', ...details, ...notes.flatMap((note) => wrapped(`note: ${note}`, '  ')), end].join(
    '\n',
  );
}

function detailBlock(line: GateLine, isWantedShown: boolean): string[] {
  const exception = exceptionText(line);
  const long = measuredText(line);
  const texts = [
    ...(long.length > WIDEST ? [long] : []),
    ...(isWantedShown || line.threshold === undefined ? [] : [`wanted: ${line.threshold}`]),
    ...(exception ? [exception] : []),
    ...line.details,
  ];
  return texts.length === 0
    ? []
    : [`${titleOf(line)} of ${line.subject}:`, ...texts.map((text) => `  ${text}`), ''];
}

function cut(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}

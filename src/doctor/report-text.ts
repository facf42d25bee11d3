import { counted, wrapText } from '../base/index.ts';
import type { DoctorReport, Finding, FindingSeverity } from './model.ts';

/** What is broken last, where a terminal ends. */
const ORDER: readonly FindingSeverity[] = ['fine', 'warning', 'broken'];
const WIDTH = 'not checked  '.length;

export interface ReportForm {
  /** Leaves out what is fine and what was not checked. */
  readonly isShort: boolean;
  /** How wide a line may be; a command stays whole, so that it can be copied. */
  readonly columns?: number;
}

/** The report for people. */
export function reportText({ findings, notChecked }: DoctorReport, form: ReportForm): string {
  const { isShort, columns = Number.POSITIVE_INFINITY } = form;
  const of = (severity: FindingSeverity): readonly Finding[] =>
    findings.filter((each) => each.severity === severity);
  const shown = ORDER.flatMap((severity) =>
    of(severity).filter(({ mended }) => severity !== 'fine' || mended !== undefined || !isShort),
  );
  const unchecked = isShort
    ? []
    : notChecked.map(({ id, why }) => line('not checked', `${id}: ${why}`, columns));
  const mended = findings.filter((each) => each.severity === 'fine' && each.mended !== undefined).length;
  const counts = [
    `${of('broken').length} broken`,
    counted(of('warning').length, 'warning'),
    `${of('fine').length} fine`,
    `${notChecked.length} not checked`,
    ...(mended > 0 ? [`${mended} mended`] : []),
  ];
  const blocks = shown.map((each) => findingText(each, columns));
  const fineCount = shown.filter(({ severity }) => severity === 'fine').length;
  return [...blocks.slice(0, fineCount), ...unchecked, ...blocks.slice(fineCount), counts.join(', ')].join(
    '\n',
  );
}

function findingText(finding: Finding, columns: number): string {
  const { severity, id, seen, detail = [], why, remedy, mended } = finding;
  const told = [...detail, ...(why === undefined ? [] : [`why: ${why}`])];
  const done = [
    ...(remedy === undefined ? [] : [`mend: ${remedy}`]),
    ...(mended === undefined ? [] : [`--fix: ${mended}`]),
  ];
  return [
    line(severity, `${id}: ${seen}`, columns),
    ...told.map((each) => line('', each, columns)),
    ...done.map((each) => `${' '.repeat(WIDTH)}${each}`),
  ].join('\n');
}

function line(word: string, text: string, columns: number): string {
  return wrapText(`${word.padEnd(WIDTH)}${text}`, { columns, indent: ' '.repeat(WIDTH) }).join('\n');
}

import { counted } from '../base/index.ts';
import type { DoctorReport, Finding, FindingSeverity } from './model.ts';

/** What is broken last, where a terminal ends. */
const ORDER: readonly FindingSeverity[] = ['fine', 'warning', 'broken'];
const WIDTH = 'not checked  '.length;

/** The report for people: `isShort` leaves out what is fine and what was not checked. */
export function reportText({ findings, notChecked }: DoctorReport, isShort: boolean): string {
  const of = (severity: FindingSeverity): readonly Finding[] =>
    findings.filter((each) => each.severity === severity);
  const shown = ORDER.flatMap((severity) =>
    of(severity).filter(({ mended }) => severity !== 'fine' || mended !== undefined || !isShort),
  );
  const unchecked = isShort ? [] : notChecked.map(({ id, why }) => line('not checked', `${id}: ${why}`));
  const mended = findings.filter((each) => each.severity === 'fine' && each.mended !== undefined).length;
  const counts = [
    `${of('broken').length} broken`,
    counted(of('warning').length, 'warning'),
    `${of('fine').length} fine`,
    `${notChecked.length} not checked`,
    ...(mended > 0 ? [`${mended} mended`] : []),
  ];
  const blocks = shown.map(findingText);
  const fineCount = shown.filter(({ severity }) => severity === 'fine').length;
  return [...blocks.slice(0, fineCount), ...unchecked, ...blocks.slice(fineCount), counts.join(', ')].join(
    '\n',
  );
}

function findingText({ severity, id, seen, detail = [], why, remedy, mended }: Finding): string {
  const below = [
    ...detail,
    ...(why === undefined ? [] : [`why: ${why}`]),
    ...(remedy === undefined ? [] : [`mend: ${remedy}`]),
    ...(mended === undefined ? [] : [`--fix: ${mended}`]),
  ];
  return [line(severity, `${id}: ${seen}`), ...below.map((each) => `${' '.repeat(WIDTH)}${each}`)].join('\n');
}

function line(word: string, text: string): string {
  return `${word.padEnd(WIDTH)}${text}`;
}

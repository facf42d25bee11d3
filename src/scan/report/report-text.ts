import { counted, wrapText } from '../../base/index.ts';
import type { DatabaseReport, Finding, ScanReport } from '../model.ts';
import { SEVERITIES } from '../severity/severity.ts';

/**
 * The report for people: findings, what they were compared with, what was not looked into, and the sum. Lines are no wider than
 * `columns`, where that is told.
 */
export function reportText(report: ScanReport, columns: number = Number.POSITIVE_INFINITY): string {
  const open = report.findings.filter(({ ignored }) => !ignored);
  const excepted = report.findings.filter(({ ignored }) => ignored);
  const wrapped = (texts: readonly string[], indent: string): string[] =>
    texts.flatMap((text) => wrapText(text, { columns, indent }));
  return [
    ...wrapped([...open.flatMap(findingLines), ...excepted.map(exceptedLine)], INDENT),
    ...(report.findings.length > 0 ? [''] : []),
    ...wrapped([...basisLines(report), sumLine(report)], '  '),
  ].join('\n');
}

/** What findings stand on: the advisories with their age and their gaps, and what was not looked into. */
export function basisLines({
  databases,
  notScanned,
}: Pick<ScanReport, 'databases' | 'notScanned'>): string[] {
  return [
    ...databases.map(databaseLine),
    ...notScanned.map(({ subject, why }) => clean(`not scanned: ${subject}: ${why}`)),
  ];
}

const INDENT = ' '.repeat(10);

function findingLines({ id, aliases, severity, score, title, place, subject, remedy }: Finding): string[] {
  const also = aliases.length === 0 ? '' : ` (${aliases.join(', ')})`;
  const where = place === undefined ? subject : placeText(place);
  return [
    clean(
      `${severity.padEnd(INDENT.length - 1)} ${id}${also}${score === undefined ? '' : ` ${score.toFixed(1)}`}`,
    ),
    clean(`${INDENT}${title}`),
    clean(`${INDENT}${where}${remedy === undefined ? '' : `: ${remedy}`}`),
  ];
}

function placeText({ path, line, column }: NonNullable<Finding['place']>): string {
  return [path, line, column].filter((each) => each !== undefined).join(':');
}

function exceptedLine({ id, subject, ignored }: Finding): string {
  return clean(
    `${'excepted'.padEnd(INDENT.length - 1)} ${id} in ${subject} until ${ignored?.expires}: ${ignored?.reason}`,
  );
}

function databaseLine(database: DatabaseReport): string {
  const { ecosystem, asOf, ageDays, records, coverage, gaps, source, accepted } = database;
  const age = `${counted(ageDays, 'day')} old`;
  const gap = coverage === 'complete' ? '' : `, with gaps (${gaps ?? 'not said which'})`;
  const taken = accepted === undefined ? '' : `; accepted: ${accepted}`;
  return clean(`advisories for ${ecosystem}: ${records} as of ${asOf}, ${age}${gap}, from ${source}${taken}`);
}

function sumLine({ findings, packages, files }: ScanReport): string {
  const open = findings.filter(({ ignored }) => !ignored);
  const counts = SEVERITIES.flatMap((severity) => {
    const count = open.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  const excepted = findings.length - open.length;
  const what = open.length === 0 ? 'no findings' : `${counted(open.length, 'finding')}: ${counts.join(', ')}`;
  const more = excepted === 0 ? '' : `, ${excepted} excepted`;
  return `${what}${more}; ${counted(packages, 'package')} and ${counted(files, 'file')} scanned`;
}

/** Texts of advisories, packages and files of others go to a terminal. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

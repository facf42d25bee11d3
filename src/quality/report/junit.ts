import { xmlAttribute, xmlText } from '../../base/index.ts';
import { GATES, type GateReport, isRed } from '../model.ts';
import { evidenceText, exceptionText, measuredText, titleOf } from './rows.ts';

/** A suite for each gate, a case for each line: red ones failed, those that do not count skipped. Notes are a suite without cases. */
export function junitReport({ lines, notes }: GateReport): string {
  const suites = GATES.flatMap((gate) => {
    const own = lines.filter((line) => line.gate === gate);
    if (own.length === 0) return [];
    const failures = own.filter(isRed).length;
    const skipped = own.filter(({ status }) => status === 'off').length;
    const name = xmlAttribute(titleOf(own[0]!));
    const head = `name=${name} tests="${own.length}" failures="${failures}" skipped="${skipped}"`;
    return [`  <testsuite ${head}>`, ...own.map(caseOf), '  </testsuite>'];
  });
  const all = [...suites, ...noteSuite(notes)];
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...all, '</testsuites>', ''].join('\n');
}

function noteSuite(notes: readonly string[]): string[] {
  if (notes.length === 0) return [];
  const head = '  <testsuite name="notes" tests="0" failures="0" skipped="0">';
  return [head, `    <system-out>${xmlText(notes.join('\n'))}</system-out>`, '  </testsuite>'];
}

function caseOf(line: GateReport['lines'][number]): string {
  const text = [measuredText(line), ...(line.threshold ? [`wanted: ${line.threshold}`] : [])].join('; ');
  const more = [exceptionText(line), evidenceText(line.evidence), ...line.details].filter((each) => each);
  const head = `    <testcase classname=${xmlAttribute(line.gate)} name=${xmlAttribute(line.subject)}`;
  if (line.status === 'off') return `${head}><skipped message=${xmlAttribute(text)}/></testcase>`;
  if (isRed(line))
    return `${head}><failure message=${xmlAttribute(text)}>${xmlText(more.join('\n'))}</failure></testcase>`;
  return `${head}><system-out>${xmlText([text, ...more].join('\n'))}</system-out></testcase>`;
}

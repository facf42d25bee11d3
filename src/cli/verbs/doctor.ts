import { examine, mend, reportText } from '../../doctor/index.ts';
import { examinedBy } from '../doctor/examined-by.ts';
import type { Verb } from '../verb.ts';

export const doctorVerb: Verb = async (context) => {
  const { host, reporter, flags } = context;
  const seen = await examine(await examinedBy(context));
  const report = flags.has('fix') ? mend(host, seen) : seen;
  const exitCode = report.findings.some(({ severity }) => severity === 'broken') ? 1 : 0;
  if (reporter.isJson) {
    const findings = report.findings.map(({ mend: canMend, ...finding }) => ({
      ...finding,
      isMendable: canMend !== undefined,
    }));
    reporter.json({ exitCode, findings, notChecked: report.notChecked });
  } else reporter.result(reportText(report, { isShort: reporter.isQuiet, columns: reporter.columns }));
  return exitCode;
};

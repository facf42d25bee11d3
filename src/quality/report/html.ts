import { type GateLine, type GateReport, isRed } from '../model.ts';
import { evidenceText, exceptionText, measuredText, statusWord, titleOf } from './rows.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --good: #15803d; --bad: #b91c1c; --let: #a16207; }
@media (prefers-color-scheme: dark) { :root { --good: #4ade80; --bad: #f87171; --let: #facc15; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; }
.passed { color: var(--good); } .failed, .not-measured { color: var(--bad); font-weight: 600; } .excepted { color: var(--let); }
.off { opacity: .7; } ul { margin: .3rem 0 0; padding-left: 1.2rem; font-size: .875rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) { thead { display: none; } tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); } td { display: block; border: 0; padding: .1rem 0; } }
`;

/** One page without scripts and without anything from elsewhere. */
export function htmlReport(
  report: GateReport,
  about: { readonly title: string; readonly time: string },
): string {
  const { lines, notes, status } = report;
  const red = lines.filter(isRed).length;
  const summary = status === 'passed' ? 'All gates passed' : `${red} of ${lines.length} lines are red`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(about.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(about.title)}</h1>
<p class="${status}">${summary}</p>
<p>${escaped(about.time)}</p>
<table>
<thead><tr><th>Result</th><th>Gate</th><th>Of</th><th>Measured</th><th>Wanted</th><th>By</th></tr></thead>
<tbody>
${lines.map(rowOf).join('\n')}
</tbody>
</table>
${notes.length > 0 ? `<h2>Notes</h2>\n<ul>\n${notes.map((note) => `<li>${escaped(note)}</li>`).join('\n')}\n</ul>\n` : ''}</body>
</html>
`;
}

function rowOf(line: GateLine): string {
  const exception = exceptionText(line);
  const details = [...(exception ? [exception] : []), ...line.details];
  const list =
    details.length === 0 ? '' : `<ul>${details.map((each) => `<li>${escaped(each)}</li>`).join('')}</ul>`;
  const cells = [titleOf(line), line.subject].map((text) => `<td>${escaped(text)}</td>`);
  const measured = `<td>${escaped(measuredText(line))}${list}</td>`;
  const rest = [line.threshold ?? '', evidenceText(line.evidence)].map((text) => `<td>${escaped(text)}</td>`);
  return `<tr><td class="${line.status}">${statusWord(line)}</td>${cells.join('')}${measured}${rest.join('')}</tr>`;
}

/** What a linter or a scanner quotes of others must not become part of the page. */
function escaped(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}

import { type Diagnostic, formatSizeBytes, sum } from '../../base/index.ts';
import { androidPage } from './android-page.ts';
import { type AppChanges, grownBytes } from './changes.ts';
import { signed } from './changes-text.ts';
import { html, Markup } from './html.ts';
import { iosPage } from './ios-page.ts';
import type { AppReport, SizeFacts } from './model.ts';
import { PAGE_STYLE } from './page-style.ts';
import { sizePicture } from './size-picture.ts';

const SHOWN = 25;
const SHOWN_CHANGES = 12;

/** The report as one page that needs nothing else: no script, no font, no address. Safe, whatever the package holds. */
export function reportPage(report: AppReport, changes?: AppChanges): string {
  const { app, file, size, findings, android, ios } = report;
  const title = `${app.label ?? app.id} ${app.version}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body><main>
<h1>${title}</h1>
<p class="soft">${app.id}, build ${app.build}. ${file.format.toUpperCase()} ${file.name}, sha256 <code>${file.sha256}</code></p>
${cards(report)}
${sizeSection(size)}
${findingsSection(findings)}
${changes ? changesSection(changes) : ''}
${android ? androidPage(android) : ''}
${ios ? iosPage(ios) : ''}
${filesSection(size)}
</main></body>
</html>
`.text;
}

function cards({ size, findings, android }: AppReport): Markup {
  const methods = sum((android?.dex ?? []).map((each) => each.methods));
  const count = (severity: string): number => findings.filter((each) => each.severity === severity).length;
  const all: [string, string][] = [
    [formatSizeBytes(size.fileBytes), 'package'],
    [formatSizeBytes(size.downloadBytes), 'to download, about'],
    [formatSizeBytes(size.rawBytes), 'unpacked'],
    ...(android ? [[String(methods), 'methods'] as [string, string]] : []),
    [`${count('error')} / ${count('warning')} / ${count('note')}`, 'errors, warnings, notes'],
  ];
  return html`<div class="cards">${all.map(
    ([value, name]) => html`<div class="card"><b>${value}</b><span>${name}</span></div>`,
  )}</div>`;
}

function findingsSection(findings: readonly Diagnostic[]): Markup {
  if (findings.length === 0) return html`<h2>Findings</h2><p>None.</p>`;
  return html`<h2>Findings</h2><ul>${findings.map(
    ({ severity, code, message, hint, path }) =>
      html`<li class="finding ${severity}"><b>${severity}</b> ${message}<p class="soft">${hint ?? ''}</p><p class="soft">${
        path ?? ''
      } <code>${code}</code></p></li>`,
  )}</ul>`;
}

function sizeSection(size: SizeFacts): Markup {
  const rows = size.parts.filter(({ storedBytes }) => storedBytes > 0);
  return html`<h2>What takes the size</h2>
<div class="wide">${sizePicture(size, { width: 1000, height: 480 })}</div>
<div class="narrow">${sizePicture(size, { width: 380, height: 480 })}</div>
<div class="scroll"><table><thead><tr><th>Part</th><th class="number">Files</th><th class="number">In the package</th><th class="number minor">Unpacked</th></tr></thead><tbody>${rows.map(
    ({ part, files, storedBytes, rawBytes }) =>
      html`<tr><td class="part"><span class="swatch ${part}"></span>${part}</td><td class="number">${
        part === 'archive' ? '' : files
      }</td><td class="number">${formatSizeBytes(storedBytes)}</td><td class="number minor">${
        part === 'archive' ? '' : formatSizeBytes(rawBytes)
      }</td></tr>`,
  )}</tbody></table></div>`;
}

function filesSection({ entries, repeated }: SizeFacts): Markup {
  const more = entries.length - SHOWN;
  const copies = repeated.map(({ paths, rawBytes }) => [formatSizeBytes(rawBytes), paths.join(', ')]);
  return html`<h2>Largest files</h2>
<div class="scroll"><table><thead><tr><th>File</th><th class="number">In the package</th><th class="number minor">Unpacked</th></tr></thead><tbody>${entries
    .slice(0, SHOWN)
    .map(
      ({ path, part, storedBytes, rawBytes }) =>
        html`<tr><td class="path"><span class="swatch ${part}"></span>${path}</td><td class="number">${formatSizeBytes(
          storedBytes,
        )}</td><td class="number minor">${formatSizeBytes(rawBytes)}</td></tr>`,
    )}</tbody></table></div>
${more > 0 ? html`<p class="soft">and ${more} more</p>` : ''}
${
  copies.length === 0
    ? ''
    : html`<h2>Files of equal content</h2><dl>${copies
        .slice(0, SHOWN)
        .map(([size = '', paths = '']) => html`<dt>${size} each</dt><dd>${paths}</dd>`)}</dl>`
}`;
}

function changesSection(changes: AppChanges): Markup {
  const { before, fileBytes, downloadBytes, facts, lists, files, parts } = changes;
  const rows: [string, string][] = [
    ['Package', signed(fileBytes)],
    ['To download, about', signed(downloadBytes)],
    ...parts
      .filter((part) => grownBytes(part) !== 0)
      .map((part): [string, string] => [part.part, signed(grownBytes(part))]),
    ...facts.map(({ name, before: was, after }): [string, string] => [name, `${was} → ${after}`]),
    ...lists.map(({ name, added, removed }): [string, string] => [
      name,
      [...added.map((each) => `+ ${each}`), ...removed.map((each) => `− ${each}`)].join(', '),
    ]),
  ];
  return html`<h2>Against ${before.name} (${before.version}, build ${before.build})</h2>
<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${
  files.length === 0
    ? ''
    : html`<div class="scroll"><table><thead><tr><th>Changed file</th><th class="number">Before</th><th class="number">Now</th></tr></thead><tbody>${files
        .slice(0, SHOWN_CHANGES)
        .map(
          ({ path, beforeBytes, afterBytes }) =>
            html`<tr><td class="path">${path}</td><td class="number">${sizeOr(beforeBytes)}</td><td class="number">${sizeOr(afterBytes)}</td></tr>`,
        )}</tbody></table></div>${files.length > SHOWN_CHANGES ? html`<p class="soft">and ${files.length - SHOWN_CHANGES} more</p>` : ''}`
}`;
}

function sizeOr(bytes: number | undefined): string {
  return bytes === undefined ? '–' : formatSizeBytes(bytes);
}

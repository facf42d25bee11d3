import type { ArtifactFile } from '../artifacts/artifact-store.ts';
import { shownFile } from '../artifacts/store-file.ts';
import { type Html, html } from '../pages/html.ts';
import type { AppCard } from './app-cards.ts';
import type { Offer, OfferedApp, WebApp } from './catalog.ts';
import { qrCode } from './qr-code.ts';

/** All that can be installed. `base` is the server's address as the reader has it. */
export function installPage(offers: readonly Offer[], webApps: readonly WebApp[], base: string): Html {
  const isEmpty = offers.length === 0 && webApps.length === 0;
  return html`<div class="stack">
<h1>Install</h1>
${isEmpty ? html`<p class="notice">Nothing to install is published yet. <code>mobileops publish</code> puts the apps of a release here.</p>` : undefined}
${offers.map((offer) => offerSection(offer, base, true))}
${webApps.length === 0 ? undefined : html`<section class="stack" aria-label="Web apps"><h2>Web apps</h2><div class="apps">${webApps.map((app) => webAppCard(app))}</div></section>`}
</div>`;
}

/** One publisher's apps: every channel, and what was there before. */
export function appPage(
  { name, offers, history }: { name: string; offers: readonly Offer[]; history: readonly ArtifactFile[] },
  base: string,
): Html {
  return html`<div class="stack">
<p class="small"><a href="/install">All apps</a></p>
<h1>${name}</h1>
${offers.map((offer) => offerSection(offer, base, false))}
<div class="card stack">
<h2 id="history">All versions</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="history"><table>
<thead><tr><th scope="col">Version</th><th scope="col">File</th><th scope="col" class="number">Size</th><th scope="col">Published</th></tr></thead>
<tbody>
${history.map(
  (
    row,
  ) => html`<tr><td class="nowrap">${row.version}</td><td><a href="${shownFile(row).path}">${row.file}</a></td><td class="number nowrap">${sizeText(row.sizeBytes)}</td><td class="nowrap">${dayText(row.uploadedAtMs)}</td></tr>
`,
)}</tbody></table></div>
</div>
</div>`;
}

function offerSection({ name, channel, version, gates, apps }: Offer, base: string, hasLink: boolean): Html {
  const address = `/install/${encodeURIComponent(name)}`;
  return html`<section class="stack" aria-label="${name} ${version}">
<div class="row spread"><h2>${hasLink ? html`<a href="${address}">${name}</a>` : name} ${version} <span class="mark">${channel ?? 'newest'}</span></h2></div>
${gates.map((each) => html`<p class="notice gate">${each}</p>\n`)}<div class="apps">${apps.map((app) => appCard(app, base))}</div>
</section>`;
}

function appCard({ row, card, universal }: OfferedApp, base: string): Html {
  const { path, sha256 } = shownFile(row);
  if (!card.ok) {
    return html`<article class="card app"><div class="stack"><h3>${row.file}</h3><p class="notice bad">Not offered: ${card.failure}</p></div></article>`;
  }
  const { label, version, build, needs, errors } = card.value;
  return html`<article class="card app">
<div class="stack">
<div class="row"><h3>${label}</h3>${marks(card.value)}</div>
<p class="muted">${version} (${build}) · ${sizeText(row.sizeBytes)} · ${needs}</p>
${errors.map((error) => html`<p class="notice bad">${error}</p>`)}
<p>${installLink(card.value, row, base)}</p>
${permissions(card.value.permissions)}
<dl class="small facts"><dt>File</dt><dd class="mono">${row.file}</dd>
<dt>Package</dt><dd class="mono">${card.value.id}</dd>
${card.value.certificates.map((each) => html`<dt>Signed by (SHA-256)</dt><dd class="mono">${pairs(each)}</dd>`)}
<dt>File (SHA-256)</dt><dd class="mono">${sha256}</dd>
${universal && universalFact(universal)}</dl>
</div>
${qrCode(targetOf(card.value, row, base) ?? `${base}${path}`, `QR code: ${label} for a phone`)}
</article>
`;
}

function universalFact(row: ArtifactFile): Html {
  return html`<dt>The same from the App Bundle</dt><dd><a class="mono" href="${shownFile(row).path}">${row.file}</a>, ${sizeText(row.sizeBytes)}</dd>`;
}

function marks({ format, isDebuggable, certificates }: AppCard): Html[] {
  return [
    html`<span class="mark">${format === 'apk' ? 'Android' : 'iOS'}</span>`,
    ...(isDebuggable ? [html`<span class="mark warn">for developers</span>`] : []),
    ...(certificates.length === 0 ? [html`<span class="mark bad">not signed</span>`] : []),
  ];
}

/** What a phone is to open: a package, or for iOS the list that leads to it, which must come by https. */
function targetOf({ format }: AppCard, row: ArtifactFile, base: string): string | undefined {
  if (format === 'apk') return `${base}${shownFile(row).path}`;
  if (!base.startsWith('https:')) return undefined;
  const list = `${base}/install/${encodeURIComponent(row.name)}/${encodeURIComponent(row.version)}/${encodeURIComponent(row.file)}/manifest.plist`;
  return `itms-services://?action=download-manifest&url=${encodeURIComponent(list)}`;
}

function installLink(card: AppCard, row: ArtifactFile, base: string): Html {
  const target = targetOf(card, row, base);
  if (target === undefined) {
    return html`<a class="button" href="${shownFile(row).path}">Download</a> <span class="small muted">Devices install it from a page only by https.</span>`;
  }
  return html`<a class="button ${card.errors.length === 0 ? 'primary' : 'plain'}" href="${target}">${card.format === 'apk' ? 'Download APK' : 'Install'}</a>`;
}

function permissions(all: readonly string[]): Html {
  if (all.length === 0) return html`<p class="small muted">It asks for no permission.</p>`;
  return html`<details class="small"><summary>${all.length} ${all.length === 1 ? 'permission' : 'permissions'}</summary><ul>${all.map((each) => html`<li class="mono">${each}</li>`)}</ul></details>`;
}

function webAppCard({ title, url, version, name }: WebApp): Html {
  return html`<article class="card app">
<div class="stack">
<div class="row"><h3>${title}</h3><span class="mark">web app</span></div>
<p class="muted">${version} · ${new URL(url).host}</p>
<p><a class="button primary" href="${url}" rel="noreferrer">Open</a></p>
<p class="small muted">Open it and choose “Install” or “Add to home screen” in the browser's menu.</p>
<dl class="small facts"><dt>Name</dt><dd class="mono">${name}</dd></dl>
</div>
${qrCode(url, `QR code: ${title} for a phone`)}
</article>
`;
}

function pairs(hex: string): string {
  return hex.toUpperCase().replace(/(..)(?=.)/g, '$1:');
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function sizeText(bytes: number): string {
  const [divisor, unit] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  const value = bytes / divisor;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

import { formatSizeBytes } from '../../base/index.ts';
import type { Component } from '../android/manifest.ts';
import { densityName } from '../android/resources.ts';
import { certificatesOf, type SignatureState } from '../signatures/signature.ts';
import { html, type Markup } from './html.ts';
import type { AndroidFacts } from './model.ts';
import { signatureWords, signerLine } from './signature-text.ts';

const SHOWN_PACKAGES = 15;

/** The parts of the page that an app of Android has. */
export function androidPage(android: AndroidFacts): Markup {
  return html`<h2>What the app may do</h2>
<dl>${factRows(android).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${componentsSection(android.components.filter(({ isExported }) => isExported))}
${codeSection(android)}
${nativeSection(android)}
${signatureSection(android)}`;
}

function factRows(android: AndroidFacts): [string, string][] {
  const { minSdk, targetSdk, compileSdk, permissions, features, resources } = android;
  const listed = (values: readonly string[]): string => (values.length === 0 ? 'none' : values.join(', '));
  const compiled = compileSdk === undefined ? '' : `, compiled against ${compileSdk}`;
  return [
    ['SDK', `minimum ${minSdk}, target ${targetSdk}${compiled}`],
    ['May be debugged', yes(android.isDebuggable)],
    ['Backup', yes(android.allowsBackup)],
    ['HTTP', android.usesCleartext ? 'to every place' : listed(android.cleartextDomains)],
    ['Permissions', listed(permissions.map(({ name }) => name))],
    [
      'Features',
      listed(features.map(({ name, isRequired }) => (isRequired ? name : `${name} (not required)`))),
    ],
    ['Languages', ['default', ...resources.locales].join(', ')],
    ['Densities', listed(resources.densities.map(densityName))],
  ];
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}

function componentsSection(components: readonly Component[]): Markup {
  if (components.length === 0) return html``;
  return html`<h2>What other apps may start</h2><div class="scroll"><table><thead><tr><th>Component</th><th>By</th><th>Needs</th></tr></thead><tbody>${components.map(
    ({ kind, name, permission, filters }) =>
      html`<tr><td class="path">${kind} ${name}</td><td class="path">${filters
        .flatMap(({ actions, data }) => [...actions, ...data])
        .join(', ')}</td><td class="path">${permission ?? 'nothing'}</td></tr>`,
  )}</tbody></table></div>`;
}

function codeSection({ dex, methodsByPackage }: AndroidFacts): Markup {
  if (dex.length === 0) return html``;
  return html`<h2>Code</h2><div class="scroll"><table><thead><tr><th>File</th><th class="number">Methods</th><th class="number">Fields</th><th class="number">Classes</th></tr></thead><tbody>${dex.map(
    ({ path, methods, fields, classes }) =>
      html`<tr><td class="path">${path}</td><td class="number">${methods}</td><td class="number">${fields}</td><td class="number">${classes}</td></tr>`,
  )}</tbody></table></div>
<p class="soft">Methods by package: ${methodsByPackage
    .slice(0, SHOWN_PACKAGES)
    .map(({ name, methods }) => `${name === '' ? '(none)' : name} ${methods}`)
    .join(', ')}</p>`;
}

function nativeSection({ native }: AndroidFacts): Markup {
  if (native.length === 0) return html``;
  return html`<h2>Native libraries</h2><div class="scroll"><table><thead><tr><th>Library</th><th class="number">Size</th><th class="number">Segments</th><th class="number">In the archive</th><th>16 KB pages</th></tr></thead><tbody>${native.map(
    ({ path, rawBytes, alignBytes, zipAlignBytes, fits16k }) =>
      html`<tr><td class="path">${path}</td><td class="number">${formatSizeBytes(rawBytes)}</td><td class="number">${alignBytes}</td><td class="number">${
        zipAlignBytes ?? 'not mapped'
      }</td><td>${yes(fits16k)}</td></tr>`,
  )}</tbody></table></div>`;
}

const STATE_CLASSES: Readonly<Record<SignatureState, string>> = {
  verified: '',
  wrong: 'error',
  'not-checked': 'warning',
};

function signatureSection({ signatures }: AndroidFacts): Markup {
  if (signatures.length === 0) return html`<h2>Signatures</h2><p>None.</p>`;
  const rows = signatures.map((each) => {
    const [state, why] = signatureWords(each);
    return html`<dt>${each.scheme}</dt><dd class="${STATE_CLASSES[each.state]}"><b>${state}</b>${why === '' ? '' : `: ${why}`}</dd>`;
  });
  return html`<h2>Signatures</h2><dl>${rows}</dl>${certificatesOf(signatures).map(
    (each) =>
      html`<p class="soft">${signerLine(each)}, sha256 <code>${each.sha256}</code></p>${(
        each.lineage ?? []
      ).map(
        ({ subject, sha256 }) => html`<p class="soft">after ${subject}, sha256 <code>${sha256}</code></p>`,
      )}`,
  )}`;
}

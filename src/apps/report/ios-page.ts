import { html, type Markup } from './html.ts';
import type { IosFacts } from './ios-model.ts';
import { entitlementRows, httpWord, privacyRows, signatureWord } from './ios-text.ts';

/** The parts of the page that an app of iOS has. */
export function iosPage(ios: IosFacts): Markup {
  return html`<h2>What the app is</h2>
${rows(factRows(ios))}
${section('Entitlements', entitlementRows(ios))}
${section('What people are asked', Object.entries(ios.usageDescriptions))}
${section('Privacy manifests', privacyRows(ios))}
<h2>Bundles</h2><div class="scroll"><table><thead><tr><th>Bundle</th><th>Identifier</th><th>Version</th><th class="minor">From</th></tr></thead><tbody>${ios.bundles.map(
    ({ path, id, version, build, minimumOs }) =>
      html`<tr><td class="path">${path}</td><td class="path">${id}</td><td>${version} (${build})</td><td class="minor">${minimumOs}</td></tr>`,
  )}</tbody></table></div>
<h2>Binaries</h2><div class="scroll"><table><thead><tr><th>Binary</th><th>Architectures</th><th class="minor">For</th><th>Signature</th></tr></thead><tbody>${ios.binaries.map(
    ({ path, architectures, platforms, minimumOs, signature }) =>
      html`<tr><td class="path">${path}</td><td>${architectures.join(', ')}</td><td class="minor">${platforms.join(', ')} ${
        minimumOs === undefined ? '' : `from ${minimumOs}`
      }</td><td class="path">${signatureWord(signature)}</td></tr>`,
  )}</tbody></table></div>`;
}

function factRows(ios: IosFacts): [string, string][] {
  const { bundles, devices, profile, icons, hasLaunchScreen, urlSchemes } = ios;
  const listed = (values: readonly string[]): string => (values.length === 0 ? 'none' : values.join(', '));
  return [
    ['Runs on', `iOS from ${bundles[0]?.minimumOs || 'unknown'}, ${listed(devices)}`],
    ['HTTP', httpWord(ios)],
    ['URL schemes', listed(urlSchemes)],
    ['Icons', listed(icons)],
    ['Launch screen', hasLaunchScreen ? 'yes' : 'no'],
    [
      'Profile',
      profile ? `${profile.name} (${profile.kind}), until ${profile.expires.slice(0, 10)}` : 'none',
    ],
    ...(profile
      ? ([
          ['Team', `${profile.teamName} ${profile.team}`],
          ['For', profile.applicationIdentifier],
          ['Devices', profile.devices === 0 ? 'not limited by name' : String(profile.devices)],
        ] as [string, string][])
      : []),
  ];
}

function section(title: string, values: readonly (readonly [string, string])[]): Markup {
  return values.length === 0 ? html`` : html`<h2>${title}</h2>${rows(values)}`;
}

function rows(values: readonly (readonly [string, string])[]): Markup {
  return html`<dl>${values.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

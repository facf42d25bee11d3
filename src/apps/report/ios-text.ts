import type { BinaryFacts, BundleFacts, IosFacts } from './ios-model.ts';

/** The parts of the table that an app of iOS has. */
export function iosSections(ios: IosFacts): string[][] {
  const [app] = ios.bundles;
  return [
    [
      `iOS  from ${app?.minimumOs || 'unknown'}, for ${ios.devices.join(', ') || 'unknown devices'}`,
      `HTTP ${httpWord(ios)}, launch screen ${ios.hasLaunchScreen ? 'yes' : 'no'}, icons ${ios.icons.join(', ') || 'none'}`,
    ],
    profileLines(ios),
    titled('bundles', ios.bundles.map(bundleLine)),
    titled('binaries', ios.binaries.flatMap(binaryLines)),
    titled(
      'entitlements',
      entitlementRows(ios).map(([key, value]) => `${key} = ${value}`),
    ),
    titled(
      'asks people',
      Object.entries(ios.usageDescriptions).map(([key, text]) => `${key}: ${text}`),
    ),
    titled(
      'privacy manifests',
      privacyRows(ios).map(([path, text]) => `${path}: ${text}`),
    ),
  ];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

export function httpWord({ allowsArbitraryLoads, insecureDomains }: IosFacts): string {
  if (allowsArbitraryLoads) return 'to every place';
  return insecureDomains.length === 0 ? 'none' : `to ${insecureDomains.join(', ')}`;
}

function profileLines({ profile }: IosFacts): string[] {
  if (!profile) return ['profile  none'];
  const { name, kind, expires, teamName, team, devices, applicationIdentifier } = profile;
  const count = devices === 0 ? '' : `, ${devices} devices`;
  return [
    `profile  ${name} (${kind}), until ${expires.slice(0, 10)}${count}`,
    `  ${applicationIdentifier}, team ${teamName} ${team}`,
  ];
}

function bundleLine({ kind, path, id, version, build, minimumOs }: BundleFacts): string {
  return `${kind} ${path.slice(path.lastIndexOf('/') + 1)}  ${id} ${version} (${build})${minimumOs === '' ? '' : `, from ${minimumOs}`}`;
}

function binaryLines({ path, architectures, platforms, minimumOs, sdk, signature }: BinaryFacts): string[] {
  const system = [...platforms, ...(minimumOs ? [`from ${minimumOs}`] : []), ...(sdk ? [`SDK ${sdk}`] : [])];
  return [`${path}  ${architectures.join(', ')}`, `  ${system.join(', ')}; ${signatureWord(signature)}`];
}

export function signatureWord(signature: BinaryFacts['signature']): string {
  if (!signature) return 'not signed';
  const { certificates, isAdHoc, isIntact, identifier } = signature;
  const [signer] = certificates;
  const by = isAdHoc || !signer ? 'with no key' : `by ${signer.subject}`;
  return `signed as ${identifier} ${by}${isIntact ? '' : ', and changed afterwards'}`;
}

export function entitlementRows({ entitlements }: IosFacts): [string, string][] {
  return Object.entries(entitlements as object).map(([key, value]) => [key, JSON.stringify(value)]);
}

export function privacyRows({ privacy }: IosFacts): [string, string][] {
  return privacy.map(({ path, isTracking, collected, accessed }) => [
    path,
    [
      isTracking ? 'tracks' : 'does not track',
      collected.length === 0 ? 'collects nothing' : `collects ${collected.join(', ')}`,
      ...accessed.map(({ category, reasons }) => `${category} (${reasons.join(', ')})`),
    ].join('; '),
  ]);
}

import { compareDottedNumbers, compareTexts, withoutAbsent } from '../../base/index.ts';
import type { MachSlice } from '../apple/mach-o.ts';
import { dictIn, listIn, type PlistDict, plistJson, textIn, textsIn } from '../apple/plist-value.ts';
import { bundleOf, type IosFiles } from './ios-files.ts';
import type { BinaryFacts, BundleFacts, IosFacts, PrivacyFacts } from './ios-model.ts';

const DEVICES: readonly string[] = ['', 'iphone', 'ipad', 'appletv', 'applewatch', '', 'mac', 'vision'];

export function iosFacts(files: IosFiles, info: PlistDict): IosFacts {
  const bundles = [...files.plists]
    .map(([path, plist]) => bundleFacts(path, plist))
    .sort(
      (a, b) => Number(b.path === files.app) - Number(a.path === files.app) || compareTexts(a.path, b.path),
    );
  const binaries = [...files.binaries]
    .map(([path, slices]) => binaryFacts(path, slices))
    .sort((a, b) => compareTexts(a.path, b.path));
  const profile = files.profiles.get(`${files.app}/embedded.mobileprovision`);
  const own = files.binaries.get(`${files.app}/${textIn(info, 'CFBundleExecutable')}`);
  const transport = dictIn(info, 'NSAppTransportSecurity');
  return {
    bundles,
    devices: listIn(info, 'UIDeviceFamily').map((each) => DEVICES[Number(each)] || `family ${each}`),
    binaries,
    entitlements: plistJson(own?.at(-1)?.signature?.entitlements ?? new Map()),
    ...withoutAbsent({ profile: profile && { ...profile, entitlements: plistJson(profile.entitlements) } }),
    privacy: [...files.privacy]
      .map(([path, plist]) => privacyFacts(path, plist))
      .sort((a, b) => compareTexts(a.path, b.path)),
    usageDescriptions: usageDescriptions(info),
    allowsArbitraryLoads: transport?.get('NSAllowsArbitraryLoads') === true,
    insecureDomains: insecureDomains(transport),
    urlSchemes: listIn(info, 'CFBundleURLTypes').flatMap((each) =>
      each instanceof Map ? textsIn(each, 'CFBundleURLSchemes') : [],
    ),
    icons: iconsOf(info),
    hasLaunchScreen: [
      'UILaunchScreen',
      'UILaunchScreens',
      'UILaunchStoryboardName',
      'UILaunchStoryboards',
    ].some((key) => info.has(key)),
  };
}

function bundleFacts(path: string, plist: PlistDict): BundleFacts {
  const bundle = bundleOf(path);
  const text = (key: string): string => textIn(plist, key) ?? '';
  return {
    path: bundle,
    kind: bundle.endsWith('.appex') ? 'extension' : bundle.endsWith('.framework') ? 'framework' : 'app',
    id: text('CFBundleIdentifier'),
    version: text('CFBundleShortVersionString'),
    build: text('CFBundleVersion'),
    minimumOs: text('MinimumOSVersion'),
    executable: text('CFBundleExecutable'),
  };
}

function binaryFacts(path: string, slices: readonly MachSlice[]): BinaryFacts {
  const last = slices.at(-1);
  const signature = last?.signature;
  const versions = slices.flatMap(({ minimumOs }) => minimumOs ?? []);
  return {
    path,
    architectures: slices.map(({ architecture }) => architecture),
    platforms: [...new Set(slices.flatMap(({ platform }) => platform ?? []))],
    ...withoutAbsent({
      minimumOs: versions.toSorted(compareDottedNumbers).at(-1),
      sdk: last?.sdk,
      signature: signature && {
        identifier: signature.identifier,
        ...withoutAbsent({ team: signature.team }),
        isAdHoc: signature.isAdHoc,
        isIntact: slices.every((each) => each.signature?.isIntact === true),
        certificates: signature.certificates,
      },
    }),
    isEncrypted: slices.some(({ isEncrypted }) => isEncrypted),
    hasBitcode: slices.some(({ hasBitcode }) => hasBitcode),
    textBytes: Math.max(0, ...slices.map(({ textBytes }) => textBytes)),
  };
}

function privacyFacts(path: string, plist: PlistDict): PrivacyFacts {
  const dicts = (key: string): PlistDict[] => listIn(plist, key).filter((each) => each instanceof Map);
  return {
    path,
    isTracking: plist.get('NSPrivacyTracking') === true,
    trackingDomains: textsIn(plist, 'NSPrivacyTrackingDomains'),
    collected: dicts('NSPrivacyCollectedDataTypes').map(
      (each) => textIn(each, 'NSPrivacyCollectedDataType') ?? '',
    ),
    accessed: dicts('NSPrivacyAccessedAPITypes').map((each) => ({
      category: textIn(each, 'NSPrivacyAccessedAPIType') ?? '',
      reasons: textsIn(each, 'NSPrivacyAccessedAPITypeReasons'),
    })),
  };
}

function usageDescriptions(info: PlistDict): Record<string, string> {
  const keys = [...info.keys()].filter((key) => /^NS\w+UsageDescription$/.test(key)).sort();
  return Object.fromEntries(keys.map((key) => [key, textIn(info, key) ?? '']));
}

function insecureDomains(transport: PlistDict | undefined): string[] {
  return [...(dictIn(transport, 'NSExceptionDomains') ?? new Map())]
    .filter(([, rules]) => rules instanceof Map && rules.get('NSExceptionAllowsInsecureHTTPLoads') === true)
    .map(([domain]) => domain)
    .sort();
}

function iconsOf(info: PlistDict): string[] {
  const found = ['CFBundleIcons', 'CFBundleIcons~ipad'].flatMap((key) => {
    const primary = dictIn(dictIn(info, key), 'CFBundlePrimaryIcon');
    return [...textsIn(primary, 'CFBundleIconFiles'), textIn(primary, 'CFBundleIconName')].filter(
      (each) => typeof each === 'string',
    );
  });
  return [...new Set([...found, ...textsIn(info, 'CFBundleIconFiles')])].sort();
}

import { compareDottedNumbers, type Diagnostic } from '../../base/index.ts';
import type { AppCode } from '../diagnostics.ts';
import { asDiagnostics, type Found, repeatedFindings } from './findings.ts';
import type { IosCase } from './ios-case.ts';
import type { BinaryFacts, BundleFacts } from './ios-model.ts';
import { privacyFindings } from './ios-privacy-findings.ts';
import { signingFindings } from './ios-signing-findings.ts';
import type { SizeFacts } from './model.ts';

/** An error is what no device installs or what ends when it runs; a warning what a store refuses or what is a risk. */
export function iosFindings(it: IosCase): Diagnostic[] {
  return asDiagnostics(it.name, [
    ...it.ios.bundles.flatMap((bundle) => bundleFindings(it, bundle)),
    ...it.ios.binaries.flatMap((binary) => binaryFindings(it, binary)),
    ...infoFindings(it),
    ...signingFindings(it),
    ...privacyFindings(it),
    ...sizeFindings(it.size),
    ...repeatedFindings(it.size),
  ]);
}

const NEEDED = ['id', 'version', 'build', 'executable'] as const;
const KEYS = {
  id: 'CFBundleIdentifier',
  version: 'CFBundleShortVersionString',
  build: 'CFBundleVersion',
  executable: 'CFBundleExecutable',
} as const;

function bundleFindings({ files, ios }: IosCase, bundle: BundleFacts): Found[] {
  const [app] = ios.bundles;
  const place = `${bundle.path}/Info.plist`;
  const found: Found[] = NEEDED.filter((key) => bundle[key] === '').map((key) => ({
    code: 'app/plist-key',
    severity: bundle.kind === 'framework' && key !== 'executable' && key !== 'id' ? 'warning' : 'error',
    place,
    message: `it has no text for ${KEYS[key]}`,
    hint: `set ${KEYS[key]} in the settings of the target`,
  }));
  if (bundle.executable !== '' && !files.binaries.has(`${bundle.path}/${bundle.executable}`))
    found.push({
      code: 'app/no-executable',
      severity: 'error',
      place: `${bundle.path}/${bundle.executable}`,
      message: 'the bundle names this binary, and it is not there or is no Mach-O',
      hint: 'build the target for iOS, with its binary in the bundle',
    });
  if (!app || bundle === app || bundle.kind === 'framework') return found;
  if (!bundle.id.startsWith(`${app.id}.`))
    found.push({
      code: 'app/nested-bundle',
      severity: 'error',
      place,
      message: `its identifier ${bundle.id} does not begin with that of the app and a dot`,
      hint: `call it ${app.id}.something; devices refuse the app otherwise`,
    });
  if (bundle.version !== app.version || bundle.build !== app.build)
    found.push({
      code: 'app/nested-bundle',
      severity: 'warning',
      place,
      message: `its version ${bundle.version} (${bundle.build}) is not that of the app, ${app.version} (${app.build})`,
      hint: 'give all targets one MARKETING_VERSION and one CURRENT_PROJECT_VERSION',
    });
  return found;
}

function binaryFindings({ ios }: IosCase, binary: BinaryFacts): Found[] {
  const { path, architectures, platforms, minimumOs, hasBitcode, textBytes } = binary;
  const found: Found[] = [];
  const add = (code: AppCode, severity: Found['severity'], message: string, hint: string): void => {
    found.push({ code, severity, place: path, message, hint });
  };
  const foreign = [
    ...platforms.filter((each) => each !== 'ios' && each !== 'watchos'),
    ...architectures.filter((each) => each === 'x86_64' || each === 'i386'),
  ];
  if (foreign.length > 0)
    add(
      'app/simulator-code',
      'error',
      `it is built for ${foreign.join(', ')}`,
      'archive for a device, and strip what is for the simulator (use an XCFramework)',
    );
  else if (!architectures.some((each) => each.startsWith('arm64')))
    add(
      'app/wrong-abi',
      'error',
      `it is built for ${architectures.join(', ')}, and iOS runs arm64 alone`,
      'build it for arm64',
    );
  const bundle = bundleWith(ios.bundles, path);
  if (
    bundle &&
    minimumOs !== undefined &&
    bundle.minimumOs !== '' &&
    compareDottedNumbers(minimumOs, bundle.minimumOs) > 0
  )
    add(
      'app/minimum-os',
      'error',
      `the binary needs iOS ${minimumOs}, and MinimumOSVersion of ${bundle.path} is ${bundle.minimumOs}: it ends at start on what lies between`,
      'build both with one IPHONEOS_DEPLOYMENT_TARGET',
    );
  if (hasBitcode)
    add(
      'app/bitcode',
      'warning',
      'it holds bitcode, which the store refuses since Xcode 14',
      'set ENABLE_BITCODE to NO, or run bitcode_strip -r',
    );
  if (textBytes > MAX_TEXT_BYTES)
    add(
      'app/over-limit',
      'warning',
      `its code has ${textBytes} bytes, and the store takes 500 MB`,
      'move code into frameworks, or leave some out',
    );
  if (binary.isEncrypted)
    add(
      'app/encrypted',
      'note',
      'it is encrypted, as the store gives it out: what is inside cannot be told',
      'give the IPA that was exported',
    );
  return found;
}

/** The innermost one. */
function bundleWith(bundles: readonly BundleFacts[], path: string): BundleFacts | undefined {
  return bundles
    .filter((bundle) => path.startsWith(`${bundle.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

function infoFindings({ files, ios }: IosCase): Found[] {
  const place = `${files.app}/Info.plist`;
  const at = (code: AppCode, severity: Found['severity'], message: string, hint: string): Found => ({
    code,
    severity,
    place,
    message,
    hint,
  });
  return [
    ios.bundles[0]?.minimumOs === '' &&
      at('app/plist-key', 'error', 'it has no text for MinimumOSVersion', 'set IPHONEOS_DEPLOYMENT_TARGET'),
    ios.icons.length === 0 &&
      at(
        'app/no-icon',
        'warning',
        'it names no icon',
        'set ASSETCATALOG_COMPILER_APPICON_NAME, with an icon in the catalog',
      ),
    !ios.hasLaunchScreen &&
      at(
        'app/no-launch-screen',
        'warning',
        'it names no launch screen',
        'add UILaunchScreen, which may be an empty dictionary',
      ),
    ios.allowsArbitraryLoads &&
      at(
        'app/cleartext-traffic',
        'warning',
        'NSAllowsArbitraryLoads is true: HTTP is allowed to every place',
        'take it out, or name the places in NSExceptionDomains',
      ),
    !ios.allowsArbitraryLoads &&
      ios.insecureDomains.length > 0 &&
      at(
        'app/cleartext-traffic',
        'warning',
        `HTTP is allowed to ${ios.insecureDomains.join(', ')}`,
        'use https there, too',
      ),
  ].filter((each) => each !== false);
}

const MAX_RAW_BYTES = 4e9;
const MAX_TEXT_BYTES = 500e6;

function sizeFindings({ rawBytes }: SizeFacts): Found[] {
  if (rawBytes <= MAX_RAW_BYTES) return [];
  return [
    {
      code: 'app/over-limit',
      severity: 'warning',
      message: `unpacked it has ${rawBytes} bytes, and the store takes 4 GB`,
      hint: 'load what is large after the start (On-Demand Resources, Background Assets)',
    },
  ];
}

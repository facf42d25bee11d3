import type { Diagnostic } from '../../base/index.ts';
import type { Component, Manifest } from '../android/manifest.ts';
import type { AppFile } from '../app-file.ts';
import type { AppCode } from '../diagnostics.ts';
import type { AndroidFiles } from './android-files.ts';
import { signingFindings } from './android-signing-findings.ts';
import { asDiagnostics, type Found, repeatedFindings } from './findings.ts';
import type { AndroidFacts, SizeFacts } from './model.ts';

/** What findings are made from. */
export interface AndroidCase {
  readonly file: AppFile;
  readonly manifest: Manifest;
  /** In the package. */
  readonly manifestPath: string;
  readonly files: AndroidFiles;
  readonly android: AndroidFacts;
  /** Why the block of signatures cannot be read. */
  readonly blockProblem: string | undefined;
  readonly size: SizeFacts;
  readonly nowMs: number;
}

/** An error is what no device installs or what ends when it runs; a warning what a store refuses or what is a risk. */
export function androidFindings(it: AndroidCase): Diagnostic[] {
  return asDiagnostics(it.file.name, [
    ...signingFindings(it),
    ...manifestFindings(it),
    ...componentFindings(it),
    ...nativeFindings(it),
    ...resourceFindings(it),
    ...repeatedFindings(it.size),
  ]);
}

function manifestFindings(it: AndroidCase): Found[] {
  const { manifest, android } = it;
  const { isDebuggable, isTestOnly, targetSdk } = manifest;
  const at = (code: AppCode, message: string, hint: string): Found => ({
    code,
    severity: code === 'app/backup-allowed' ? 'note' : 'warning',
    place: it.manifestPath,
    message,
    hint,
  });
  return [
    isDebuggable &&
      at('app/debuggable', 'android:debuggable is true', 'leave it out of release builds; stores refuse it'),
    isTestOnly && at('app/test-only', 'android:testOnly is true', 'leave it out of what people install'),
    android.usesCleartext &&
      at(
        'app/cleartext-traffic',
        cleartextText(manifest, android),
        'set android:usesCleartextTraffic="false", and use https',
      ),
    !android.usesCleartext &&
      android.cleartextDomains.length > 0 &&
      at(
        'app/cleartext-traffic',
        `the network security configuration allows HTTP to ${android.cleartextDomains.join(', ')}`,
        'use https there, too',
      ),
    android.trustsUserCertificates &&
      at(
        'app/user-certificates',
        android.hasNetworkSecurityConfig
          ? 'the network security configuration trusts certificates that were installed on the device'
          : `target SDK ${targetSdk} trusts certificates that were installed on the device`,
        'trust certificates of the user in <debug-overrides> alone',
      ),
    android.allowsBackup &&
      at(
        'app/backup-allowed',
        manifest.allowsBackup === undefined
          ? 'android:allowBackup is not set, which means true'
          : 'android:allowBackup is true',
        'set it to false, or say by android:dataExtractionRules what is left out',
      ),
    targetSdk < 35 &&
      at(
        'app/old-target',
        `it targets API level ${targetSdk}; Google Play takes new apps and updates from 35 on`,
        'raise targetSdk',
      ),
  ].filter((each) => each !== false);
}

function cleartextText(
  { usesCleartext, targetSdk }: Manifest,
  { hasNetworkSecurityConfig }: AndroidFacts,
): string {
  if (hasNetworkSecurityConfig && usesCleartext !== true && targetSdk >= 28)
    return 'the network security configuration allows HTTP to every place';
  return usesCleartext === undefined
    ? `HTTP is allowed, because that is the default for target SDK ${targetSdk}`
    : 'android:usesCleartextTraffic is true';
}

function componentFindings(it: AndroidCase): Found[] {
  return [...it.manifest.components.flatMap((each) => exportFindings(it, each)), ...classFindings(it)];
}

function exportFindings({ manifest, manifestPath: place }: AndroidCase, component: Component): Found[] {
  const { name, kind, filters, isExportDeclared, isExported, permission } = component;
  const found: Found[] = [];
  if (!isExportDeclared && filters.length > 0 && manifest.targetSdk >= 31)
    found.push({
      code: 'app/export-undeclared',
      severity: 'error',
      place,
      message: `the ${kind} ${name} has an intent filter and no android:exported; Android 12 and later refuse the package`,
      hint: 'set android:exported to true or false',
    });
  if (isExported && permission === undefined && !isLauncher(component))
    found.push({
      code: 'app/exported-unguarded',
      severity: kind === 'provider' ? 'warning' : 'note',
      place,
      message: `the ${kind} ${name} is exported and asks for no permission`,
      hint: 'set android:exported="false", or name a permission that callers need',
    });
  return found;
}

/** Classes that the manifest names and no DEX file defines; of a part of an app, they may be in another. */
function classFindings({ manifest, manifestPath, files }: AndroidCase): Found[] {
  const defined = new Set(files.dex.flatMap(({ classNames }) => classNames));
  if (manifest.split !== undefined || defined.size === 0) return [];
  const { applicationClass, components } = manifest;
  const named = components.filter(({ kind }) => kind !== 'activity-alias');
  return [
    ...(applicationClass === undefined ? [] : [{ kind: 'application', name: applicationClass }]),
    ...named,
  ]
    .filter(({ name }) => !defined.has(name))
    .map(({ kind, name }) => ({
      code: 'app/missing-class',
      severity: 'warning',
      place: manifestPath,
      message: `the ${kind} ${name} is declared, but no DEX file defines its class`,
      hint: 'keep the class (a rule of R8 may be missing), or take it out of the manifest',
    }));
}

function isLauncher({ filters }: Component): boolean {
  return filters.some(
    ({ actions, categories }) =>
      actions.includes('android.intent.action.MAIN') &&
      categories.some((each) => /\.(LEANBACK_)?LAUNCHER$/.test(each)),
  );
}

function nativeFindings({ files, android }: AndroidCase): Found[] {
  const abis = new Set(files.native.map(({ abi }) => abi));
  const found: Found[] = files.native.flatMap((library): Found[] => {
    const { path, abi, foundAbi, alignBytes, zipAlignBytes, fits16k } = library;
    if (foundAbi !== abi)
      return [
        {
          code: 'app/wrong-abi',
          severity: 'error',
          place: path,
          message: `the library is built for ${foundAbi ?? 'a processor that Android does not know'}, not for ${abi}`,
          hint: `put a library that is built for ${abi} there`,
        },
      ];
    if (fits16k) return [];
    const isFlat = alignBytes < 16384;
    return [
      {
        code: 'app/page-size',
        severity: 'warning',
        place: path,
        message: isFlat
          ? `its segments are aligned to ${alignBytes} bytes; pages of 16 KB need 16384`
          : `it stands in the archive at a multiple of ${zipAlignBytes} bytes; pages of 16 KB need 16384`,
        hint: isFlat
          ? 'link it with -Wl,-z,max-page-size=16384 (the default from NDK r28 on)'
          : 'align the package with zipalign -P 16 4 before it is signed',
      },
    ];
  });
  for (const [narrow, wide] of [
    ['armeabi-v7a', 'arm64-v8a'],
    ['x86', 'x86_64'],
  ] as const) {
    if (!abis.has(narrow) || abis.has(wide)) continue;
    found.push({
      code: 'app/no-64-bit',
      severity: 'warning',
      place: `lib/${narrow}`,
      message: `there are libraries for ${narrow} and none for ${wide}`,
      hint: `build them for ${wide}, too`,
    });
  }
  return [...found, ...gaps(android)];
}

/** A library that one ABI has and another lacks is not found there. */
function gaps({ native }: AndroidFacts): Found[] {
  const abis = [...new Set(native.map(({ abi }) => abi))];
  const names = Map.groupBy(native, ({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return [...names].flatMap(([name, libraries]) => {
    const lacking = abis.filter((abi) => !libraries.some((each) => each.abi === abi));
    if (lacking.length === 0) return [];
    return [
      {
        code: 'app/abi-gap' as const,
        severity: 'warning' as const,
        place: libraries[0]!.path,
        message: `${name} is missing for ${lacking.join(', ')}`,
        hint: 'package each library for all ABIs, or for those alone that the app supports',
      },
    ];
  });
}

function resourceFindings({ file, manifest }: AndroidCase): Found[] {
  const table = file.zip.byName.get('resources.arsc');
  if (file.format !== 'apk' || !table || manifest.targetSdk < 30) return [];
  if (!table.isCompressed && table.offset % 4 === 0) return [];
  return [
    {
      code: 'app/resources-packed',
      severity: 'error',
      place: 'resources.arsc',
      message: table.isCompressed
        ? 'it is compressed; Android 11 and later refuse the package'
        : `it stands at byte ${table.offset}, which is no multiple of 4; Android 11 and later refuse the package`,
      hint: 'store it without compression and run zipalign 4 before signing',
    },
  ];
}

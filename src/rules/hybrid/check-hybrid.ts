import { type Diagnostic, formatLabel } from '../../base/index.ts';
import type { MobileSpec } from '../../config/index.ts';
import { checkAndroid, idleKeys, type RefusedFile, refusedFiles, targetPlace } from '../android-checks.ts';
import type { RuleContext } from '../rule.ts';
import type { hybridDiagnostics } from './diagnostics.ts';

/** Files that mean something to an Android build which this rule does not do. */
const REFUSED: readonly RefusedFile[] = [
  { pattern: /\.kts?$/, what: 'Kotlin' },
  {
    pattern: /\.(so|c|cc|cpp)$|(^|\/)(Android|Application)\.mk$|(^|\/)CMakeLists\.txt$/,
    what: 'native code',
  },
  { pattern: /\.aar$/, what: 'an AAR library' },
  { pattern: /\.jar$/, what: 'a jar library' },
  { pattern: /\.aidl$/, what: 'AIDL' },
  { pattern: /(^|\/)proguard[^/]*\.(pro|txt)$/, what: 'a ProGuard rule file (minifying)' },
  { pattern: /\.gradle$|(^|\/)gradlew$/, what: 'a Gradle build' },
];

type Code = keyof typeof hybridDiagnostics;

/** All that stands against building this app. */
export function checkHybrid(context: RuleContext<MobileSpec>): Diagnostic[] {
  const { spec } = context;
  const problem = (code: Code, message: string, hint: string): Diagnostic => ({
    code,
    severity: 'error',
    message,
    hint,
    ...targetPlace(context),
  });
  const android = spec.android;
  return [
    ...(spec.site
      ? []
      : [problem('rules/hybrid-incomplete', 'a hybrid app needs a site', 'add "site: app:<name of a PWA>"')]),
    ...(android
      ? checkAndroid(context, android)
      : [
          problem(
            'rules/hybrid-incomplete',
            'a hybrid app needs Android settings',
            'add "android:" with an "applicationId:"',
          ),
        ]),
    ...unverifiedLinks(context),
    ...refusedFiles(context, { files: REFUSED, kind: 'a hybrid app' }),
    ...idleKeys(context, { code: 'rules/hybrid-idle-key' satisfies Code, kind: 'a hybrid app' }),
  ];
}

/** Android opens https links in the app only if the site says so; otherwise in the browser, with no word why. */
function unverifiedLinks(context: RuleContext<MobileSpec>): Diagnostic[] {
  const { spec, target, specOf } = context;
  const link = spec.android?.deepLinks?.find((each) => each.startsWith('https:'));
  const site = target.needs.map(({ label }) => specOf(label)).find((each) => each?.rule === 'pwa');
  if (link === undefined || site?.rule !== 'pwa') return [];
  const id = spec.android!.applicationId;
  const isNamed = site.web?.apps?.some((each) => {
    if (each.kind === 'target') return each.declared?.applicationId === id;
    return each.kind === 'android' && each.applicationId === id;
  });
  if (isNamed) return [];
  return [
    {
      code: 'rules/hybrid-unverified-links' satisfies Code,
      severity: 'warning',
      message: `${link} will open in the browser: the site does not name this app`,
      hint: `add \`- app: ${formatLabel(target.label)}\` to \`web.apps\` of the site, unless its host serves an assetlinks.json of its own`,
      ...targetPlace(context),
    },
  ];
}

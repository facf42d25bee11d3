import { type Diagnostic, formatLabel } from '../../base/index.ts';
import type { BridgeMethod, MobileSpec } from '../../config/index.ts';
import { checkAndroid, idleKeys, type RefusedFile, refusedFiles } from '../android-checks.ts';
import type { androidDiagnostics } from '../android-diagnostics.ts';
import type { RuleContext } from '../rule.ts';
import { targetPlace } from '../target-place.ts';
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
    ...levelProblem(context),
    ...unverifiedLinks(context),
    ...bridgeProblems(context),
    ...refusedFiles(context, { files: REFUSED, kind: 'a hybrid app' }),
    ...idleKeys(context, { code: 'rules/hybrid-idle-key' satisfies Code, kind: 'a hybrid app' }),
  ];
}

/** What is asked for by a page is told to the app as a whole since Android 5. */
const LEAST_SDK = 21;

function levelProblem(context: RuleContext<MobileSpec>): Diagnostic[] {
  const { minSdk = LEAST_SDK } = context.spec.android ?? {};
  if (minSdk >= LEAST_SDK) return [];
  return [
    {
      code: 'rules/android-api-level' satisfies keyof typeof androidDiagnostics,
      severity: 'error',
      message: `a site is shown by what came with Android 5, and minSdk is ${minSdk}`,
      hint: `write "minSdk: ${LEAST_SDK}"`,
      ...targetPlace(context),
    },
  ];
}

/** Android opens https links in the app only if the site says so; otherwise in the browser, with no word why. */
function unverifiedLinks(context: RuleContext<MobileSpec>): Diagnostic[] {
  const { spec, target, specOf } = context;
  const link = spec.android?.deepLinks?.find((each) => each.startsWith('https:'));
  const site = siteSpec({ target, specOf });
  if (link === undefined || !site) return [];
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

/** The PWA that is shown. */
function siteSpec({ target, specOf }: Pick<RuleContext, 'target' | 'specOf'>): MobileSpec | undefined {
  const site = target.needs.map(({ label }) => specOf(label)).find((each) => each?.rule === 'pwa');
  return site?.rule === 'pwa' ? site : undefined;
}

/** What the site may ask of the app. */
export function siteBridge(context: Pick<RuleContext, 'target' | 'specOf'>): readonly BridgeMethod[] {
  return siteSpec(context)?.web?.bridge?.methods ?? [];
}

/** Message ports came with Android 6. */
const LEAST_BRIDGE_SDK = 23;

function bridgeProblems(context: RuleContext<MobileSpec>): Diagnostic[] {
  const android = context.spec.android;
  if (!android || siteBridge(context).length === 0) return [];
  const activity = `java/${android.applicationId.replaceAll('.', '/')}/MainActivity.java`;
  const problem = (message: string, hint: string): Diagnostic => ({
    ...{ code: 'rules/hybrid-bridge' satisfies Code, severity: 'error', message, hint },
    ...targetPlace(context),
  });
  return [
    ...(context.sources.paths.includes(activity)
      ? []
      : [
          problem(
            'the site asks something of the app (`web.bridge`), and nothing here answers',
            `write ${activity}: a class that extends WebViewActivity and returns a NativeBridge from nativeBridge()`,
          ),
        ]),
    ...(android.minSdk >= LEAST_BRIDGE_SDK
      ? []
      : [
          problem(
            `the bridge of the site needs Android 6, and minSdk is ${android.minSdk}`,
            `write "minSdk: ${LEAST_BRIDGE_SDK}"`,
          ),
        ]),
  ];
}

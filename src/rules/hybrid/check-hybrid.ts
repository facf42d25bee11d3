import type { Diagnostic } from '../../base/index.ts';
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
    ...refusedFiles(context, { files: REFUSED, kind: 'a hybrid app' }),
    ...idleKeys(context, { code: 'rules/hybrid-idle-key' satisfies Code, kind: 'a hybrid app' }),
  ];
}

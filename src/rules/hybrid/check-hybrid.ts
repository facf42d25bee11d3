import type { Diagnostic } from '../../base/index.ts';
import type { AndroidSettings, MobileSpec } from '../../config/index.ts';
import type { RuleContext } from '../rule.ts';
import type { hybridDiagnostics } from './diagnostics.ts';

const API_LEVEL = 34;
const LOWEST_API_LEVEL = 21;
const HIGHEST_VERSION_CODE = 2_100_000_000;

/** Files that mean something to an Android build which this rule does not do. */
const REFUSED: readonly { readonly pattern: RegExp; readonly what: string }[] = [
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
  const { spec, target } = context;
  const problem = (code: Code, message: string, hint: string): Diagnostic => ({
    code,
    severity: 'error',
    message,
    hint,
    ...(target.span ? { span: target.span } : { path: target.directory }),
  });
  const android = spec.android;
  return [
    ...(spec.site
      ? []
      : [problem('rules/hybrid-incomplete', 'a hybrid app needs a site', 'add "site: app:<name of a PWA>"')]),
    ...(android
      ? [
          ...checkLevels(android, problem),
          ...checkIdentity(context, android, problem),
          ...checkKeyStore(context, android),
        ]
      : [
          problem(
            'rules/hybrid-incomplete',
            'a hybrid app needs Android settings',
            'add "android:" with an "applicationId:"',
          ),
        ]),
    ...refusedFiles(context),
    ...idleSettings(context),
  ];
}

/** Keys that say something about the user's own commands, of which a hybrid app has none. */
function idleSettings({ spec, target }: RuleContext<MobileSpec>): Diagnostic[] {
  const idle = [
    ...(Object.keys(spec.env).length > 0 ? ['env'] : []),
    ...(spec.network ? ['network'] : []),
    ...(spec.stamp ? ['stamp'] : []),
    ...(spec.outputs ? ['outputs'] : []),
  ];
  return idle.map((key) => ({
    code: 'rules/hybrid-idle-key' satisfies Code,
    severity: 'warning',
    message: `\`${key}\` changes nothing in a hybrid app, which runs no commands of its own`,
    hint: `take \`${key}\` out, or put it into the app whose site is shown`,
    ...(target.span ? { span: target.span } : { path: target.directory }),
  }));
}

type Problem = (code: Code, message: string, hint: string) => Diagnostic;

function checkLevels(android: AndroidSettings, problem: Problem): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const key of ['compileSdk', 'targetSdk'] as const) {
    if (android[key] === API_LEVEL) continue;
    const message = `${key} ${android[key]} is not supported; this version builds for API ${API_LEVEL} only`;
    found.push(problem('rules/android-api-level', message, `write "${key}: ${API_LEVEL}"`));
  }
  if (android.minSdk < LOWEST_API_LEVEL || android.minSdk > API_LEVEL) {
    const message = `minSdk ${android.minSdk} is not supported`;
    const hint = `write a level from ${LOWEST_API_LEVEL} to ${API_LEVEL}`;
    found.push(problem('rules/android-api-level', message, hint));
  }
  return found;
}

function checkIdentity(
  { settings }: RuleContext<MobileSpec>,
  android: AndroidSettings,
  problem: Problem,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const keyword = android.applicationId.split('.').find((part) => JAVA_KEYWORDS.has(part));
  if (keyword !== undefined) {
    const message = `"${keyword}" in applicationId ${android.applicationId} is a Java keyword`;
    found.push(problem('rules/android-application-id', message, 'choose another word for this part'));
  }
  const versionCode = android.versionCode ?? settings.stamp.buildNumber;
  if (!Number.isSafeInteger(versionCode) || versionCode < 1 || versionCode > HIGHEST_VERSION_CODE) {
    const message = `the version code ${versionCode} (BUILD_NUMBER) is out of range`;
    found.push(
      problem('rules/android-version-code', message, `set a number from 1 to ${HIGHEST_VERSION_CODE}`),
    );
  }
  return found;
}

function checkKeyStore({ sources }: RuleContext<MobileSpec>, { signing }: AndroidSettings): Diagnostic[] {
  // A release key is often put in place only where a release is made, and is ignored by git: signing looks for it.
  if (signing?.kind !== 'debug' || sources.paths.includes(signing.storeFile.value)) return [];
  return [
    {
      code: 'rules/android-keystore' satisfies Code,
      severity: 'error',
      message: `the key store ${signing.storeFile.value} is not among the app's files`,
      hint: 'the path is relative to the folder of build.yaml; is the file ignored by git?',
      span: signing.storeFile.span,
    },
  ];
}

function refusedFiles({ sources, target }: RuleContext<MobileSpec>): Diagnostic[] {
  return sources.paths.flatMap((path): Diagnostic[] => {
    const refused = REFUSED.find(({ pattern }) => pattern.test(path));
    if (!refused) return [];
    return [
      {
        code: 'rules/android-not-supported' satisfies Code,
        severity: 'error',
        message: `${path}: ${refused.what} is not supported in a hybrid app by this version`,
        hint: 'remove the file, or leave it out with "inputs:"',
        path: target.directory === '' ? path : `${target.directory}/${path}`,
      },
    ];
  });
}

const JAVA_KEYWORDS: ReadonlySet<string> = new Set(
  `abstract assert boolean break byte case catch char class const continue default do double else enum extends false
  final finally float for goto if implements import instanceof int interface long native new null package private
  protected public return short static strictfp super switch synchronized this throw throws transient true try void
  volatile while _`.split(/\s+/),
);

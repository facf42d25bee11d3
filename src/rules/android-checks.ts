import type { Diagnostic } from '../base/index.ts';
import { type AndroidSettings, type MobileSpec, signingKeys } from '../config/index.ts';
import type { androidDiagnostics } from './android-diagnostics.ts';
import { HIGHEST_LEVEL, platformOf } from './android-platforms.ts';
import type { RuleContext } from './rule.ts';
import { targetPlace } from './target-place.ts';

/** What stands against an app for Android, whatever it is made of. */

const HIGHEST_VERSION_CODE = 2_100_000_000;

type Code = keyof typeof androidDiagnostics;

export function checkAndroid(context: RuleContext<MobileSpec>, android: AndroidSettings): Diagnostic[] {
  const problem: Problem = (code, message, hint) => ({
    code,
    severity: 'error',
    message,
    hint,
    ...targetPlace(context),
  });
  return [
    ...checkLevels(android, problem),
    ...checkIdentity(context, android, problem),
    ...checkKeyStore(context, android),
  ];
}

/** Keys that say something about the user's own commands, of which such an app has none. */
export function idleKeys(
  context: RuleContext<MobileSpec>,
  { code, kind }: { code: string; kind: string },
): Diagnostic[] {
  const { spec } = context;
  const idle = [
    ...(Object.keys(spec.env).length > 0 ? ['env'] : []),
    ...(spec.network ? ['network'] : []),
    ...(spec.stamp ? ['stamp'] : []),
    ...(spec.outputs ? ['outputs'] : []),
  ];
  const elsewhere = spec.rule === 'hybrid' ? ', or put it into the app whose site is shown' : '';
  return idle.map((key) => ({
    code,
    severity: 'warning',
    message: `\`${key}\` changes nothing in ${kind}, which runs no commands of its own`,
    hint: `take \`${key}\` out${elsewhere}`,
    ...targetPlace(context),
  }));
}

/** Files that mean something to an Android build and that a rule does not do. */
export interface RefusedFile {
  readonly pattern: RegExp;
  readonly what: string;
}

export function refusedFiles(
  { sources, target }: Pick<RuleContext, 'sources' | 'target'>,
  { files, kind }: { files: readonly RefusedFile[]; kind: string },
): Diagnostic[] {
  return sources.paths.flatMap((path): Diagnostic[] => {
    const refused = files.find(({ pattern }) => pattern.test(path));
    if (!refused) return [];
    return [
      {
        code: 'rules/android-not-supported' satisfies Code,
        severity: 'error',
        message: `${path}: ${refused.what} is not supported in ${kind} by this version`,
        hint: 'remove the file, or leave it out with "inputs:"',
        path: target.directory === '' ? path : `${target.directory}/${path}`,
      },
    ];
  });
}

type Problem = (code: Code, message: string, hint: string) => Diagnostic;

function checkLevels(android: AndroidSettings, problem: Problem): Diagnostic[] {
  const found: Diagnostic[] = [];
  const { compileSdk, targetSdk, minSdk } = android;
  const { level } = platformOf(compileSdk);
  if (compileSdk > HIGHEST_LEVEL) {
    const message = `compileSdk ${compileSdk} is not supported; this version compiles against API ${HIGHEST_LEVEL} at the highest`;
    found.push(problem('rules/android-api-level', message, `write "compileSdk: ${HIGHEST_LEVEL}"`));
  } else if (compileSdk < level) {
    const message = `compileSdk ${compileSdk}: the app is compiled against API ${level}, the lowest that there is`;
    const hint = 'what came after that level is not refused when it is used';
    found.push({ ...problem('rules/android-api-level', message, hint), severity: 'note' });
  }
  if (targetSdk > level) {
    const message = `targetSdk ${targetSdk} is above the level that the app is compiled against, ${level}`;
    found.push(problem('rules/android-api-level', message, `write "targetSdk: ${level}" or lower`));
  }
  if (minSdk > level) {
    const message = `minSdk ${minSdk} is above the level that the app is compiled against, ${level}`;
    found.push(problem('rules/android-api-level', message, `write "minSdk: ${level}" or lower`));
  }
  return found;
}

function checkIdentity(
  { settings }: RuleContext<MobileSpec>,
  { applicationId, namespace = applicationId, versionCode = settings.stamp.buildNumber }: AndroidSettings,
  problem: Problem,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const keyword = namespace.split('.').find((part) => JAVA_KEYWORDS.has(part));
  if (keyword !== undefined) {
    const key = namespace === applicationId ? 'applicationId' : 'namespace';
    const message = `"${keyword}" in ${key} ${namespace} is a Java keyword`;
    found.push(problem('rules/android-application-id', message, 'choose another word for this part'));
  }
  if (!Number.isSafeInteger(versionCode) || versionCode < 1 || versionCode > HIGHEST_VERSION_CODE) {
    const message = `the version code ${versionCode} (BUILD_NUMBER) is out of range`;
    found.push(
      problem('rules/android-version-code', message, `set a number from 1 to ${HIGHEST_VERSION_CODE}`),
    );
  }
  return found;
}

function checkKeyStore({ sources }: RuleContext<MobileSpec>, android: AndroidSettings): Diagnostic[] {
  return signingKeys(android).flatMap((signing): Diagnostic[] => {
    // A release key is often put in place only where a release is made, and is ignored by git: signing looks for it.
    if (signing.kind !== 'debug' || sources.paths.includes(signing.storeFile.value)) return [];
    return [
      {
        code: 'rules/android-keystore' satisfies Code,
        severity: 'error',
        message: `the key store ${signing.storeFile.value} is not among the app's files`,
        hint: 'the path is relative to the folder of build.yaml; is the file ignored by git?',
        span: signing.storeFile.span,
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

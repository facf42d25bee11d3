import type { DiagnosticEntry } from '../diagnostics.ts';

/** Codes of the rule for Gradle projects with what they mean. */
export const gradleDiagnostics = {
  'rules/gradle-wrapper': {
    title: 'A Gradle project without a whole wrapper',
    explanation:
      '`gradlew`, `gradle/wrapper/gradle-wrapper.jar` and `gradle/wrapper/gradle-wrapper.properties` with a `distributionUrl` are files of the project; `gradle wrapper` writes them.',
  },
  'rules/gradle-versions': {
    title: 'A JDK, a Gradle and an Android plugin that do not work together',
    explanation:
      'Each Gradle runs on some JDKs, and each Android Gradle plugin needs a Gradle and a JDK of some age. They are compared before anything is started; what no table knows is not refused.',
  },
  'rules/gradle-offline': {
    title: 'A Gradle that cannot be had without network',
    explanation:
      'The distribution that the wrapper asks for is not in the declared `gradle.home`, and the target has no network.',
  },
  'rules/gradle-checksum': {
    title: 'A Gradle distribution that is not checked',
    explanation:
      'With network, the wrapper fetches Gradle. `distributionSha256Sum` in gradle-wrapper.properties makes it compare what it got.',
  },
  'rules/gradle-module': {
    title: 'Which module is the application is not known',
    explanation:
      'Where no module or more than one applies `com.android.application`, `gradle.module` names it.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;

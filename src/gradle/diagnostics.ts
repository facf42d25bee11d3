/** Codes for what a Gradle build says that cannot be carried over. */
export const gradleDiagnostics = {
  'gradle/no-application': {
    title: 'No Android application was found',
    explanation:
      'The folder has no module that applies `com.android.application` in a build.gradle or build.gradle.kts that can be read without running Gradle.',
  },
  'gradle/several-applications': {
    title: 'More than one Android application',
    explanation: 'A MobileBuild describes one app. `--module` says which module is meant.',
  },
  'gradle/incomplete': {
    title: 'A setting without which there is no app',
    explanation: 'The application id cannot be known from the files, and nothing was written.',
  },
  'gradle/unknown-value': {
    title: 'A value that is known only when Gradle runs',
    explanation:
      'It comes from code, from the environment or from a name that no file defines. Nothing was written for it: put the value into build.yaml.',
  },
  'gradle/replaced-value': {
    title: 'A value that was written in place of another',
    explanation: 'The message says what stands in the build file, and what was written for it.',
  },
  'gradle/code': {
    title: 'Code in a build file',
    explanation:
      'Tasks, conditions, loops and the like are not read. If the app depends on what they do, that has to be done in another way.',
  },
  'gradle/plugin': {
    title: 'A Gradle plugin',
    explanation: 'What the plugin does to the app is not done by a build without Gradle.',
  },
  'gradle/setting': {
    title: 'A setting that MobileBuild has no key for',
    explanation: 'The app may differ from the one that Gradle builds by what this setting asks for.',
  },
  'gradle/no-effect': {
    title: 'A setting that says nothing of the app',
    explanation: 'It concerns checks, tests or Gradle itself, so nothing was written for it.',
  },
  'gradle/dependency': {
    title: 'A dependency that cannot be carried over',
    explanation:
      'The message says why. An app that needs it does not build until it is added in another way.',
  },
  'gradle/repository': {
    title: 'A Maven repository beside Google and Maven Central',
    explanation: 'Libraries that are only there will not be found.',
  },
  'gradle/not-read': {
    title: 'A file that is not read',
    explanation: 'The message says which, and why.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type GradleCode = keyof typeof gradleDiagnostics;

/** The codes that tests on devices can give. */
export const devicesDiagnostics = {
  'devices/not-run': {
    title: 'Tests that no device has run',
    explanation:
      'Tests in `src/androidTest` were built, and nothing ran them: there is no `adb`, no device is attached, the one that is attached does not let this machine in (`unauthorized`), does not answer (`offline`) or is not the one that ANDROID_SERIAL names, or the app has no key, without which no device takes it. They have not passed.',
  },
  'devices/install-failed': {
    title: 'An app that a device does not take',
    explanation:
      'The message has the device’s own word: INSTALL_FAILED_UPDATE_INCOMPATIBLE is a copy with another key on the device, INSTALL_FAILED_OLDER_SDK a device below `minSdk`, INSTALL_FAILED_INSUFFICIENT_STORAGE a full one.',
  },
  'devices/test-failed': {
    title: 'A test that failed on a device',
    explanation: 'The report in `build-cache/test-reports` has its stack trace.',
  },
  'devices/run-broken': {
    title: 'A run on a device that did not come to its end',
    explanation:
      'The app crashed, the device went away or took too long, the class that runs the tests is not in the APK, fewer tests ended than there are, or there was none. Tests that had ended stand in the report; the run has failed.',
  },
  'devices/left': {
    title: 'An APK of tests that stayed on a device',
    explanation: 'It could not be uninstalled. It does no harm, and the next run replaces it.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type DeviceCode = keyof typeof devicesDiagnostics;

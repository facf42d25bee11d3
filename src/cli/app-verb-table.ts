import type { PositionalSpec, VerbSpec } from './verb-spec.ts';

const APP: PositionalSpec = {
  name: 'APP',
  minimum: 1,
  maximum: 1,
  description:
    'an APK, an Android App Bundle, an IPA, or an app of the workspace as it was built (app:hybrid)',
};

/** What need not be an app. */
const PACKED: Omit<PositionalSpec, 'name'> = {
  minimum: 1,
  maximum: 1,
  description:
    'an APK, AAB, IPA, JAR, any file or folder, or an app of the workspace as it was built (app:hybrid)',
};

/** The verbs for packages of apps that are there, in the order of the help. */
export const APP_VERBS: readonly VerbSpec[] = [
  {
    name: 'app report',
    summary: 'say what is in the package of an app, what takes its size, and what is wrong with it',
    positionals: [APP],
    flags: [
      {
        name: 'against',
        kind: 'text',
        metavar: 'APP',
        description: 'also what became another since this one, such as the last release',
      },
      {
        name: 'html',
        kind: 'text',
        metavar: 'FILE',
        description: 'also a page with a picture of the size, in one file',
      },
      {
        name: 'ota',
        kind: 'text',
        metavar: 'FILE',
        description: 'also the manifest by which devices install an IPA from a page',
      },
      {
        name: 'ota-url',
        kind: 'text',
        metavar: 'URL',
        description: 'with --ota: where the IPA will be, by https',
      },
    ],
    examples: [
      ['mobileops app report app:hybrid', 'by part, with permissions, code, signatures and findings'],
      [
        'mobileops app report new.apk --against old.apk --html report.html',
        'what has grown, and whether it can be an update',
      ],
    ],
  },
  {
    name: 'app check',
    summary: 'say only what is wrong with the package of an app',
    positionals: [APP],
    flags: [{ name: 'strict', kind: 'switch', description: 'exit code 1 for warnings, too' }],
    examples: [
      ['mobileops app check app.apk', 'exit code 1 where a device would refuse it or it could not run'],
    ],
  },
  {
    name: 'app diff',
    summary: 'say what differs between two built files or folders, and why',
    positionals: [
      { ...PACKED, name: 'A' },
      { ...PACKED, name: 'B' },
    ],
    flags: [],
    examples: [
      [
        'mobileops app diff app:hybrid ~/Downloads/fdroid.apk',
        'exit code 0 when they are the same, 1 when they differ',
      ],
    ],
  },
  {
    name: 'app upload',
    summary: 'upload an iOS app to TestFlight or the App Store, by fastlane on a Mac',
    positionals: [
      {
        ...APP,
        name: 'IPA',
        description: 'an IPA, or an iOS app of the workspace as it was built (app:ios)',
      },
    ],
    flags: [
      {
        name: 'to',
        kind: 'choice',
        metavar: 'PLACE',
        choices: ['testflight', 'app-store'],
        description: 'testflight or app-store',
      },
      {
        name: 'key',
        kind: 'text',
        metavar: 'FILE',
        description:
          'the .p8 file of an App Store Connect key (also APP_STORE_CONNECT_KEY_ID and APP_STORE_CONNECT_ISSUER_ID)',
      },
      { name: 'wait', kind: 'switch', description: 'testflight: until Apple has processed it' },
      { name: 'submit', kind: 'switch', description: 'app-store: submit it for review' },
      { name: 'release', kind: 'switch', description: 'app-store: release it once it is approved' },
    ],
    examples: [
      ['mobileops app upload app:ios --to testflight --key fastlane/AuthKey.p8', 'what `build` left'],
    ],
  },
];

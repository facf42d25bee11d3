import type { DiagnosticEntry } from '../diagnostics.ts';

/** Codes of the rule for iOS apps with what they mean. */
export const iosDiagnostics = {
  'rules/ios-incomplete': {
    title: 'What Xcode is to build is not said',
    explanation:
      'Without a lane `build_release` in fastlane/Fastfile, `ios` names a `scheme` and a `project` or a `workspace`.',
  },
  'rules/ios-missing-file': {
    title: 'A file of an iOS app that is not there',
    explanation: 'A project, a workspace or a list of export options is a file of the target.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;

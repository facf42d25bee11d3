import type { DiagnosticEntry } from '../diagnostics.ts';

/** Codes of the hybrid rule with what they mean. */
export const hybridDiagnostics = {
  'rules/hybrid-incomplete': {
    title: 'A hybrid app lacks its site or its Android settings',
    explanation:
      'A hybrid app shows the site of another app: `site: app:webapp`, and needs `android.applicationId`.',
  },
  'rules/hybrid-idle-key': {
    title: 'A key that changes nothing in a hybrid app',
    explanation:
      'It is built by known tools with fixed inputs; variables, network and outputs belong to commands.',
  },
  'rules/hybrid-bridge': {
    title: 'A site that asks something of an app that cannot answer',
    explanation:
      'A site declares calls of the app by `web.bridge`. The hybrid app that shows it implements all of them in Java, as `NativeBridge`, and runs on Android 6 or later, which has message ports.',
  },
  'rules/hybrid-unverified-links': {
    title: 'Deep links that Android will not give to the app',
    explanation:
      'An https address opens an app only if `/.well-known/assetlinks.json` of its host names the app and its certificate. The site that the app shows can bring that file: `web.apps`.',
  },
  'rules/android-manifest-extras': {
    title: 'An AndroidManifest.xml that cannot be added to the generated one',
    explanation: 'An app may add elements to the manifest; attributes and SDK levels come from build.yaml.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;

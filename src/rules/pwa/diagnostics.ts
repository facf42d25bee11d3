/** Codes of the rule `pwa`. */
export const pwaDiagnostics = {
  'pwa/no-package': {
    title: 'A web app without a package.json that can be read',
    explanation:
      'A progressive web app is built by a script of its own `package.json`, which lies in the folder of the app.',
  },
  'pwa/no-script': {
    title: 'A web app without the script that builds it',
    explanation: '`web.script` (`build` unless told) names a script of `package.json`.',
  },
  'pwa/no-icon': {
    title: 'A web app without the drawing that its icons are made from',
    explanation: '`web.icon.source` names a file of the app, relative to the folder of its `build.yaml`.',
  },
  'pwa/stale-bridge': {
    title: 'A copy of the bridge module that is not the one that is built with',
    explanation:
      'The module of `web.bridge` is made from the declaration and put into every build. A copy among the sources is for editors, and must be equal: an editor that checks against another one would mislead.',
  },
  'pwa/not-an-app': {
    title: 'A site is associated with something that is no Android app',
    explanation:
      '`web.apps` names Android and hybrid apps of the workspace by label, others by their ids: only then is it known what `.well-known/assetlinks.json` must say.',
  },
  'pwa/no-certificate': {
    title: 'The certificate of an app that may show the site is not known',
    explanation:
      'Android believes `.well-known/assetlinks.json` only if it has the fingerprint of the certificate that the installed app was signed with. That of a debug key is read from its key store; that of a release key cannot be read without its password, so it stands in `android.signing.certificates`, and signing refuses a key that is not among them.',
  },
  'pwa/not-supported': {
    title: 'A setting that a web app has no use for',
    explanation:
      '`android` and `site` belong to hybrid apps, `outputs` to components; on a web app they would be ignored, so they are refused.',
  },
} as const;

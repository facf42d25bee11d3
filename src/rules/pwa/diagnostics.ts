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
  'pwa/not-supported': {
    title: 'A setting that a web app has no use for',
    explanation:
      '`android` and `site` belong to hybrid apps, `outputs` to components; on a web app they would be ignored, so they are refused.',
  },
} as const;

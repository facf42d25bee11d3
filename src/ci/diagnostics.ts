/** Codes of this module. */
export const ciDiagnostics = {
  'ci/missing-tool': {
    title: 'A tool that the pipeline runs is missing',
    explanation: 'Nothing was begun: the pipeline needs the tools that are named on PATH.',
  },
  'ci/missing-variable': {
    title: 'A variable that the pipeline needs is not set',
    explanation:
      'Nothing was begun. Variables are needed where another one asks for what they are for (ARTIFACT_REPO_URL for ARTIFACT_REPO_TOKEN), and where `--require` names them.',
  },
  'ci/workflow-exists': {
    title: 'A workflow of another hand is there',
    explanation:
      'The file was not made by `mobileops ci generate`, so it is left alone. `--force` replaces it.',
  },
  'ci/nothing-installed': {
    title: 'The workflow would find no mobileops',
    explanation:
      'It begins with `npm ci`, which installs what a `package-lock.json` in the workspace names, and none is there. Make mobileops a development dependency of the workspace, or say by `--install` and `--program` how it comes there and how it is called.',
  },
  'ci/workflow-out-of-date': {
    title: 'A workflow is not what would be written now',
    explanation:
      'Said by `mobileops ci generate github --check`, which writes nothing: the file is not there, was changed by hand, or was made with other flags or by another version.',
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;

export type CiCode = keyof typeof ciDiagnostics;

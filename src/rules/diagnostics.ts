/** What a diagnostic code of this module means, for the docs. */
export interface DiagnosticEntry {
  readonly title: string;
  readonly explanation: string;
}

/** Codes that several rules share. */
export const sharedRuleDiagnostics = {
  'rules/missing-artifact': {
    title: 'An artifact of the global file that its target does not leave',
    explanation:
      '`artifacts[].path` of the global file names what a target leaves in `dist/`. A signed package cannot be taken, since it is signed when everything is built.',
  },
  'rules/missing-tests': {
    title: 'Tests that are named and not there',
    explanation:
      'A path below `tests` is a test file or a folder with test files among the sources of the target. Tests that are not there cannot pass.',
  },
  'rules/unknown-test-kind': {
    title: 'A test file that no runner takes',
    explanation:
      'The runner is chosen by the file: pytest for `.py`; vitest or jest, where the package has them, else node:test for JavaScript and TypeScript; bash for `.sh`.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;

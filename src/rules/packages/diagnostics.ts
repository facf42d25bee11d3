import type { DiagnosticEntry } from '../diagnostics.ts';

/** Codes of this rule. */
export const packagesDiagnostics = {
  'packages/no-file': {
    title: 'A file for an image that is not among the sources',
    explanation:
      '`paths` of an ImageBuild copies files of the workspace. What git ignores is no source, and folders are not copied.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;

export type PackagesCode = keyof typeof packagesDiagnostics;

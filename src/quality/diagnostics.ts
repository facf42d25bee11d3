/** Codes of this module. */
export const qualityDiagnostics = {
  'quality/bad-report-file': {
    title: 'A report in a form that is not known',
    explanation: 'The name of the file says which form is written: `.json`, `.html`, or `.xml` for JUnit.',
  },
  'quality/unknown-target': {
    title: 'An exception for a target that is not there',
    explanation:
      '`spec.quality.exceptions` names a target by its label. One that nobody has would never be used.',
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;

export type QualityCode = keyof typeof qualityDiagnostics;

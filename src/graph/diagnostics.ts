/** The codes that resolving and selecting targets can give. */
export const graphDiagnostics = {
  'graph/ambiguous-name': {
    title: 'A name that several targets have',
    explanation: 'A bare name is enough where it is unique. Here it is not, so write the full label.',
  },
  'graph/bad-label': {
    title: 'Not a label',
    explanation:
      'A label is `component:<name>`, `image:<name>`, `app:<name>` or `scripts`; a bare name is enough where it is unique.',
  },
  'graph/cycle': {
    title: 'Targets that need each other',
    explanation:
      'No target of the circle could be built first. The lines that make it are shown; remove one.',
  },
  'graph/duplicate-target': {
    title: 'Two targets with one label',
    explanation: 'Within a kind each name stands for one target.',
  },
  'graph/unknown-need': {
    title: 'A need that is no target of the workspace',
    explanation: '`needs` lists labels or unique names of targets of the same workspace.',
  },
  'graph/unknown-target': {
    title: 'No such target',
    explanation: '`mobileops graph` lists all targets.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type GraphCode = keyof typeof graphDiagnostics;

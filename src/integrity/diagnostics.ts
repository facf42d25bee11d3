/** The codes that baselines of files can give. */
export const integrityDiagnostics = {
  'integrity/changed': {
    title: 'A file that is not as it was',
    explanation:
      'Its content, its mode, what kind of file it is or where it links to is another than in the baseline.',
  },
  'integrity/missing': {
    title: 'A file that is gone',
    explanation: 'The baseline names it, and nothing is there.',
  },
  'integrity/added': {
    title: 'A file that was not there',
    explanation: 'It lies in a folder that the baseline covers, and the baseline does not name it.',
  },
  'integrity/unreadable': {
    title: 'A file that cannot be read',
    explanation: 'Nothing can be said of it, which counts as a difference.',
  },
  'integrity/tool-changed': {
    title: 'A program of the machine that is another one',
    explanation:
      'The program, or where PATH finds it, is not what it was when the baseline was made: an update of the machine, or someone else. After an update make a new baseline.',
  },
  'integrity/store-damaged': {
    title: 'Damaged results in the store',
    explanation: 'They had other bytes than their names say. They were removed; a build makes them again.',
  },
  'integrity/no-baseline': {
    title: 'No baseline to compare with',
    explanation:
      'Without one nothing was checked. `mobileops integrity baseline` writes it while all is well.',
  },
  'integrity/bad-baseline': {
    title: 'A baseline that cannot be read',
    explanation: 'The file is damaged, was merged by git with marks in it, or is of another version.',
  },
  'integrity/bad-path': {
    title: 'A path that no baseline covers',
    explanation: 'A baseline covers files and folders below the workspace, and something has to be there.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type IntegrityCode = keyof typeof integrityDiagnostics;

/** The codes that listing what something is made of can give. */
export const sbomDiagnostics = {
  'sbom/no-subject': {
    title: 'Nothing to list',
    explanation:
      '`sbom` lists a workspace, a label, a built image or app, a file, a folder, or an image of a registry. What was named is none of these.',
  },
  'sbom/bad-time': {
    title: 'A time that is none',
    explanation:
      'SOURCE_DATE_EPOCH says when a document was made: whole seconds since 1970. Without it the time is the one of the commit or of the image.',
  },
  'sbom/not-listed': {
    title: 'Something was seen and is not in the list',
    explanation:
      'A list of packages of a kind that is not read, or a file that is damaged or too large. The document says the same (`comment` of SPDX, `compositions` and `mobileops:not-listed` of CycloneDX), so that nobody takes it for complete.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type SbomCode = keyof typeof sbomDiagnostics;

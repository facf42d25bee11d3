/** The codes that looking into an image can give. */
export const inspectionDiagnostics = {
  'inspection/no-image': {
    title: 'Nothing that holds an image',
    explanation:
      'What was named is neither an image of the workspace, nor a folder with an OCI layout, nor an archive that holds one or that `docker save` made.',
  },
  'inspection/not-built': {
    title: 'An image that is not there yet',
    explanation: 'The workspace declares the image, but nothing of it is in `dist/images`.',
  },
  'inspection/several-images': {
    title: 'More than one image',
    explanation:
      'The layout or archive holds several images that could be meant. A tag behind the path (`images.tar:1.0`) or `--platform` says which.',
  },
  'inspection/no-match': {
    title: 'No image of that tag or platform',
    explanation: 'The layout or archive holds images, but not the one that was asked for.',
  },
  'inspection/bad-document': {
    title: 'A document of an image that cannot be read',
    explanation:
      'An index, manifest or config is missing, is no JSON, or does not have the fields that the OCI image specification wants.',
  },
  'inspection/damaged': {
    title: 'Bytes that are not what their digest says',
    explanation:
      'A blob is missing, has another size or digest than the document that names it says, or unpacks to other bytes than the config says. Nothing is told of such an image, because it could be wrong.',
  },
  'inspection/bad-layer': {
    title: 'A layer that no engine should unpack',
    explanation:
      'The layer is no tar archive, ends too early, or has a member that leaves the root, that links to what is not there, or that is stored in a way that layers do not use.',
  },
  'inspection/doubtful-member': {
    title: 'A member that engines take differently',
    explanation:
      'The layer is readable, but engines do not agree on what it means: a name that begins with `/`, or a member below a link or a file of a lower layer. The message says how it was taken here.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type InspectionCode = keyof typeof inspectionDiagnostics;

/** The codes that building itself can give; those of what is built are its modules'. */
export const buildDiagnostics = {
  'build/no-workspace': {
    title: 'No workspace',
    explanation:
      'A workspace is a folder with `build-config.yaml`. It is looked for where you are and in every folder above, or where `-C` points.',
  },
  'build/no-python': {
    title: 'RUN without Python',
    explanation:
      'Commands of Dockerfiles are started by a small Python program, since Node can neither make namespaces nor mount. Install Python 3.11 or newer.',
  },
  'build/bad-artifact': {
    title: 'An artifact that cannot be put into dist/',
    explanation:
      'The actions succeeded, but what they left is not what was declared: a link that leaves the artifact, more than the one file that was declared, or an archive that could not be signed.',
  },
  'build/same-path': {
    title: 'Two targets with one place in dist/',
    explanation:
      'Two targets would write the same file or folder of `dist/`, or one inside the other. Neither is built, since which of them stayed would be left to chance. Rename one of the targets or artifacts.',
  },
  'build/no-namespaces': {
    title: 'Actions ran on copies',
    explanation:
      'This machine does not allow namespaces, so actions ran on copies of their inputs, and could see the rest of the machine. What they made is cached apart from what is made with namespaces.',
  },
  'build/not-built': {
    title: 'An image that is not there for a platform',
    explanation:
      'The workspace builds images for this platform (`buildEnvironment.architecture`), and this machine cannot make this one: it runs commands for a processor that the machine neither has nor emulates, a program in it is for another processor, or what it stands on is not there. It is built for its other platforms, and its index names only those.',
  },
  'build/no-device': {
    title: 'Tests for a device in a check',
    explanation:
      '`mobileops check` drives no device, so that its gates say nothing of tests in `src/androidTest`. `mobileops test` builds them, and runs them where a device is attached.',
  },
  'build/machine-changed': {
    title: 'The machine changed during the build',
    explanation:
      'A package was installed or removed, or a tool or setting that actions see was edited, while actions ran. Their results belong to neither state of the machine, so they are not kept for later builds. Run the build again.',
  },
  'build/shared-store': {
    title: 'A store that another user can write to',
    explanation:
      'Results are believed by their name in the store, so whoever can write to it decides what a build makes. Use a store of your own.',
  },
  'build/source-changed': {
    title: 'A source file changed during the build',
    explanation:
      'A file was edited between the moment it was hashed and the moment it was used, so the result belongs to neither state and was not kept. Run the build again.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

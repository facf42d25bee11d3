/** The codes that finding and reading a workspace can give. */
export const workspaceDiagnostics = {
  'workspace/bad-name': {
    title: 'A folder or file whose name cannot be a target',
    explanation:
      'Names become file names and labels: they start with a letter or digit, and hold letters, digits, dot, dash and underscore, at most 128.',
  },
  'workspace/bad-package-json': {
    title: 'A package.json or package-lock.json that is not JSON',
    explanation:
      'The folder could be recognised by it, or `dependencies.node` names it, but it could not be read. The underlined place is where the reader gave up.',
  },
  'workspace/is-folder': {
    title: 'A folder in place of a file',
    explanation: 'A file was expected at this path.',
  },
  'workspace/linked-folder': {
    title: 'A link in place of a folder',
    explanation: 'Target folders are real folders: what a link points to could change unseen.',
  },
  'workspace/missing-artifact': {
    title: 'An artifact of a target that is not there',
    explanation:
      '`artifacts` of the global file names what a target leaves in `dist/`. The workspace has no such target, so the artifact is not made.',
  },
  'workspace/missing-configuration': {
    title: 'The workspace has no build-config.yaml',
    explanation:
      'A workspace is a folder with a `build-config.yaml`. The hint holds the four lines that it has at least.',
  },
  'workspace/missing-file': {
    title: 'A file that the configuration names and that is not there',
    explanation: 'The path is relative to the workspace, or to the folder of the target that names it.',
  },
  'workspace/missing-script': {
    title: 'A script that a global step runs and that is not there',
    explanation:
      'A warning, because `mobileops build` leaves global steps alone; the verb `ci` of a later version runs them.',
  },
  'workspace/not-a-file': {
    title: 'Neither a file nor a folder',
    explanation: 'Configuration is read from ordinary files, not from devices, pipes or sockets.',
  },
  'workspace/not-recognised': {
    title: 'A folder that nothing could be made of',
    explanation:
      'A component has a build.yaml, a build.sh, a Makefile with the target `build`, or a package.json with a `build` script; an app a build.yaml, a gradlew, a fastlane/Fastfile, or a package.json with a `build` script.',
  },
  'workspace/not-text': {
    title: 'A file that is not text',
    explanation: 'Configuration is UTF-8 text. The file holds zero bytes or bytes that are not UTF-8.',
  },
  'workspace/too-large': {
    title: 'A configuration file over 1 MiB',
    explanation: 'No honest configuration is that large, and reading it would cost memory and time.',
  },
  'workspace/two-files-for-image': {
    title: 'Two files for one image',
    explanation:
      'An image is described by `docker/Dockerfile.<name>` or by `docker/<name>.yaml`, not by both.',
  },
  'workspace/wrong-image-name': {
    title: 'An image with another name than its file',
    explanation: '`docker/<name>.yaml` describes the image `<name>`, so `metadata.name` is that name too.',
  },
  'workspace/unreadable': {
    title: 'A file or folder that cannot be read',
    explanation: 'The system refused to open it; the message says why.',
  },
  'workspace/wrong-extension': {
    title: 'A configuration file that is not read because of its name',
    explanation: 'Configuration files end in `.yaml`; `.yml` is not looked for.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type WorkspaceCode = keyof typeof workspaceDiagnostics;

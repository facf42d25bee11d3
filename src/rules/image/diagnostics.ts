/** The codes that the image rule can give. */
export const imageDiagnostics = {
  'image/add-url': {
    title: 'ADD of something that is not in the workspace',
    explanation:
      'A build has no network. Fetch the file in a step of a component that says `network: true`, or commit it, and COPY it.',
  },
  'image/bad-directive': {
    title: 'A parser directive with a value that is none',
    explanation: 'The directive `escape` is a backslash or a backtick.',
  },
  'image/bad-exec-form': {
    title: 'A command that begins like a list and is none',
    explanation:
      'The exec form is a JSON list of strings in double quotes. Anything else is given to the shell as it stands.',
  },
  'image/bad-value': {
    title: 'An instruction with a value that cannot be',
    explanation:
      'Ports, modes, owners, signals and durations have the forms that the Dockerfile reference gives.',
  },
  'image/ignored-source': {
    title: 'A source that .dockerignore leaves out',
    explanation: 'The file is in the workspace, but the image may not see it.',
  },
  'image/malformed': {
    title: 'An instruction that cannot be read',
    explanation: 'It has too few words, too many, or a quote or brace that is not closed.',
  },
  'image/missing-need': {
    title: 'A target that the image uses and does not name',
    explanation: 'What an image copies or stands on is built before it, so it must be among its needs.',
  },
  'image/missing-source': {
    title: 'A source that is not in the workspace',
    explanation:
      'COPY takes files of the workspace that git tracks or does not ignore, and what targets left in dist/.',
  },
  'image/no-stage': {
    title: 'A Dockerfile without FROM',
    explanation: 'An image stands on `scratch` or on another image. Only ARG may come before the first FROM.',
  },
  'image/no-text': {
    title: 'A Dockerfile that cannot be read',
    explanation: 'It is not among the sources: ignored by git, not a text, or over 1 MiB.',
  },
  'image/outside-context': {
    title: 'A source outside the workspace',
    explanation: 'Sources are relative to the workspace and cannot leave it.',
  },
  'image/platform': {
    title: 'A stage for another platform',
    explanation: 'Images are built for linux and the architecture of the build.',
  },
  'image/registry-image': {
    title: 'An image that is not of the workspace',
    explanation:
      'Images of registries cannot be pulled yet. An image stands on `scratch` or on an image of the workspace.',
  },
  'image/run-unsupported': {
    title: 'RUN is not supported yet',
    explanation:
      'Do the work in a build step of a component and COPY what it leaves from dist/components/<name>.',
  },
  'image/undefined-variable': {
    title: 'A variable that nothing sets',
    explanation: 'It is empty. Declare it by ARG or ENV in this stage, or give a default: ${NAME:-value}.',
  },
  'image/unknown-flag': {
    title: 'A flag that is not supported',
    explanation:
      'The flags of each instruction are those of the Dockerfile reference that do not need a daemon.',
  },
  'image/unknown-instruction': {
    title: 'An instruction that does not exist',
    explanation: 'The instructions are those of the Dockerfile reference.',
  },
  'image/unknown-stage': {
    title: 'A stage that does not come before',
    explanation: '`--from` names an earlier stage by its name or its number, or an image of the workspace.',
  },
  'image/unknown-variable': {
    title: 'A source that depends on the base image',
    explanation:
      'Which files an image copies must be known before its base is built. Set the variable in this Dockerfile.',
  },
  'image/unsupported-instruction': {
    title: 'An instruction that is not supported yet',
    explanation: 'The message names what does its work instead.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type ImageCode = keyof typeof imageDiagnostics;

/** The codes that the image rule can give. */
export const imageDiagnostics = {
  'image/add-git': {
    title: 'ADD of a git repository',
    explanation:
      'A branch or tag means something else from day to day. Fetch the repository in a step of a component, or make it a submodule, and COPY it.',
  },
  'image/add-url': {
    title: 'ADD of an address that is not locked',
    explanation:
      'A file of the net is locked by its hash: ADD --checksum=sha256:<digest> <address> <destination>. COPY takes no addresses.',
  },
  'image/bad-directive': {
    title: 'A parser directive with a value that is none',
    explanation:
      'The directive `escape` is a backslash or a backtick; `check` is skip=Name,Name;error=true. Each comes once.',
  },
  'image/bad-exec-form': {
    title: 'A command that begins like a list and is none',
    explanation:
      'The exec form is a JSON list of strings in double quotes. Anything else is given to the shell as it stands.',
  },
  'image/bad-mount': {
    title: 'A mount with a value that cannot be',
    explanation:
      'The types of RUN --mount are bind, cache, tmpfs and secret, each with the options of the Dockerfile reference. An agent of ssh cannot be part of a build that is repeated.',
  },
  'image/bad-value': {
    title: 'An instruction with a value that cannot be',
    explanation:
      'Ports, modes, owners, signals and durations have the forms that the Dockerfile reference gives.',
  },
  'image/constant-platform': {
    title: 'FROM with a platform that never changes',
    explanation:
      'BuildKit: FromPlatformFlagConstDisallowed. An image for another platform would hold files of this one; name the stage after the platform if that is meant.',
  },
  'image/copy-ignored-file': {
    title: 'A pattern whose files .dockerignore leaves out',
    explanation: 'BuildKit: CopyIgnoredFile. Nothing is copied.',
  },
  'image/default-base-name': {
    title: 'A base whose default names no image',
    explanation:
      'BuildKit: InvalidDefaultArgInFrom. The Dockerfile should build without values from outside.',
  },
  'image/description-format': {
    title: 'A comment that is not the description it seems',
    explanation:
      'BuildKit: InvalidDefinitionDescription, run where `# check=experimental=` names it. A comment right above FROM or ARG describes it and begins with its name.',
  },
  'image/duplicate-stage-name': {
    title: 'Two stages of one name',
    explanation: 'BuildKit: DuplicateStageName. The later one hides the earlier.',
  },
  'image/empty-continuation': {
    title: 'A blank line within an instruction',
    explanation:
      'BuildKit: NoEmptyContinuation. It is passed over today, and will end the instruction one day.',
  },
  'image/expose-mapping': {
    title: 'EXPOSE with an address or port of the host',
    explanation:
      'BuildKit: ExposeInvalidFormat. An image says what it listens on; the host maps it when it starts.',
  },
  'image/expose-protocol-casing': {
    title: 'A protocol in upper case',
    explanation: 'BuildKit: ExposeProtoCasing. Write tcp, udp or sctp.',
  },
  'image/from-as-casing': {
    title: 'FROM and AS in different cases',
    explanation: 'BuildKit: FromAsCasing. Write both in upper or both in lower case.',
  },
  'image/ignored-source': {
    title: 'A source that .dockerignore leaves out',
    explanation: 'The file is in the workspace, but the image may not see it.',
  },
  'image/instruction-casing': {
    title: 'Instructions in upper and lower case',
    explanation: 'BuildKit: ConsistentInstructionCasing. Write all in upper case, or all in lower.',
  },
  'image/legacy-key-value': {
    title: 'A name and value with a blank between',
    explanation: 'BuildKit: LegacyKeyValueFormat. Write name=value.',
  },
  'image/maintainer-deprecated': {
    title: 'MAINTAINER',
    explanation: 'BuildKit: MaintainerDeprecated. A label says who made the image.',
  },
  'image/malformed': {
    title: 'An instruction that cannot be read',
    explanation: 'It has too few words, too many, or a quote, brace or here-document that is not closed.',
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
  'image/no-emulation': {
    title: 'RUN for a platform whose programs this machine does not run',
    explanation:
      'The image for the machine itself has a stage of another platform with commands to run. Linux runs programs of other processors where an emulator is registered with the kernel under `/proc/sys/fs/binfmt_misc` with the flag F, as the packages qemu-user-static and binfmt-support of Debian and Ubuntu do.',
  },
  'image/no-shell': {
    title: 'A command in a stage without a shell',
    explanation: 'The shell form of RUN needs a shell among the files of the stage.',
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
  'image/overridden-instruction': {
    title: 'An instruction without effect',
    explanation:
      'BuildKit: MultipleInstructionsDisallowed. Of CMD, ENTRYPOINT and HEALTHCHECK the last one in a stage counts.',
  },
  'image/platform': {
    title: 'A stage for another platform',
    explanation:
      'Images are built for linux and the architectures that `buildEnvironment.architecture` names, or that of the machine where it names none.',
  },
  'image/redundant-platform': {
    title: 'FROM --platform=$TARGETPLATFORM',
    explanation: 'BuildKit: RedundantTargetPlatform. It is the platform without the flag too.',
  },
  'image/relative-workdir': {
    title: 'A working folder that depends on the base',
    explanation: 'BuildKit: WorkdirRelativePath. Write an absolute path first.',
  },
  'image/reserved-stage-name': {
    title: 'A stage named scratch or context',
    explanation: 'BuildKit: ReservedStageName. Both names mean something else already.',
  },
  'image/secret-in-variable': {
    title: 'A secret in ARG or ENV',
    explanation:
      'BuildKit: SecretsUsedInArgOrEnv. The value stands in the image and its history; RUN --mount=type=secret leaves no trace.',
  },
  'image/shell-form': {
    title: 'A start command in shell form',
    explanation:
      'BuildKit: JSONArgsRecommended. The shell does not pass on signals, so that the container is killed instead of stopped.',
  },
  'image/shell-redirect': {
    title: 'A version that the shell reads as a redirection',
    explanation:
      'In `pip install numpy>=1.0` the shell takes > for "write into the file =1.0". Quote the word.',
  },
  'image/stage-name-casing': {
    title: 'A stage with upper case letters in its name',
    explanation: 'BuildKit: StageNameCasing. Stages are found by their names in lower case.',
  },
  'image/undefined-arg-in-from': {
    title: 'FROM with a variable that nothing sets',
    explanation:
      'BuildKit: UndefinedArgInFrom. Only ARGs in front of the first FROM and those of the platform are known there.',
  },
  'image/undefined-variable': {
    title: 'A variable that nothing sets',
    explanation:
      'BuildKit: UndefinedVar. It is empty. Declare it by ARG or ENV in this stage, or give a default: ${NAME:-value}.',
  },
  'image/unknown-flag': {
    title: 'A flag that the instruction does not have',
    explanation:
      'The flags of each instruction are those of the Dockerfile reference. RUN --security=insecure is refused.',
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
  'image/unpacked-base': {
    title: 'RUN on an image whose packages are only unpacked',
    explanation:
      'An image of packages with `scripts: none` has the files of its packages, and nothing that their scripts would make. It is there for others to COPY from or to start as it is; a base of commands needs `scripts: run`.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type ImageCode = keyof typeof imageDiagnostics;

/** The codes that reading a command line and releasing can give. */
export const cliDiagnostics = {
  'cli/unknown-verb': {
    title: 'No such verb',
    explanation: 'The first word says what to do. `mobileops --help` lists what this version can.',
  },
  'cli/later-verb': {
    title: 'A verb of a later version',
    explanation: 'The verb is part of the plan, but this version does not have it, so nothing was done.',
  },
  'cli/refused-licence': {
    title: 'The licence of a package is refused',
    explanation:
      'It is on the list of denied ones, or not on the list of allowed ones. Of licences of which one may be chosen, one has to pass; of several that hold together, all.',
  },
  'cli/unknown-licence': {
    title: 'The licence of a package is not known',
    explanation:
      'The package declares none in a form that can be read, its file was not fetched, or its image was not built. Where only some licences are allowed, that is no pass.',
  },
  'cli/unknown-package': {
    title: 'The lock has no such package',
    explanation:
      'A package is named as its ecosystem names it: `react`, `numpy`, `group:artifact`, also with a version, or by its purl.',
  },
  'cli/still-vulnerable': {
    title: 'A known vulnerability that an update does not mend',
    explanation:
      '`deps update --security` renewed what advisories hit, and this package is hit also then: a requirement holds it, or no version is known that mends it. With `--write` requirements of the workspace itself are raised, and of what only other packages ask for the way of the ecosystem is told, and taken where it changes nothing but that version.',
  },
  'cli/not-raised': {
    title: 'A requirement that --write does not rewrite',
    explanation:
      'It holds a package below a newer version, and is a range, an alternative, a tag, a variable or a line in a linked file. What it is meant to allow only its author knows. Or only other packages ask for it, and what would override them is left to you.',
  },
  'cli/unknown-flag': {
    title: 'No such flag',
    explanation: 'The verb does not have this flag. `mobileops VERB --help` lists those it has.',
  },
  'cli/bad-value': {
    title: 'A flag with a value that cannot be used',
    explanation: 'The message says what the value has to look like.',
  },
  'cli/missing-value': {
    title: 'A flag without its value',
    explanation: 'The flag takes a value: `--flag VALUE` or `--flag=VALUE`.',
  },
  'cli/unexpected-value': {
    title: 'A value for a flag that takes none',
    explanation: 'The flag is a switch: write it alone.',
  },
  'cli/repeated-flag': {
    title: 'A flag that stands twice',
    explanation: 'Only one of the two could count, so neither does.',
  },
  'cli/exclusive-flags': {
    title: 'Flags of which only one can be meant',
    explanation: 'Each of them asks for another form of the same result.',
  },
  'cli/missing-argument': {
    title: 'An argument is missing',
    explanation: 'The verb needs more words than were given. `mobileops VERB --help` shows an example.',
  },
  'cli/extra-argument': {
    title: 'An argument too many',
    explanation: 'The verb does not know what to do with this word.',
  },
  'cli/no-directory': {
    title: 'The folder is not there',
    explanation: '`-C` or `--second-in` names a folder that does not exist, or a file.',
  },
  'cli/no-file': {
    title: 'A file that cannot be written',
    explanation:
      '`--events` and `--profile` name a file in a folder that exists. Nothing was built, so that nothing is lost.',
  },
  'cli/bad-variable': {
    title: 'A variable of the environment that cannot be used',
    explanation:
      'BUILD_VERSION, BUILD_NUMBER, BUILD_ID, GIT_COMMIT and REGISTRY say what a build is called, MOBILEOPS_CACHE where its results are kept. One that is empty counts as not set.',
  },
  'cli/bad-release-version': {
    title: 'Not a release version',
    explanation: 'A release is named by a semantic version, with or without a `v` in front: `v1.0.0`.',
  },
  'cli/dirty-tree': {
    title: 'Changes that are not committed',
    explanation:
      'A release is what a commit says, so that anybody can make the same bytes. With `--allow-dirty` it is made all the same, and its build id says so.',
  },
  'cli/no-registry': {
    title: 'No registry to push to',
    explanation:
      'Images are pushed to the registry in the variable REGISTRY, or else to the one of the container artifact in build-config.yaml. Nothing was pushed.',
  },
  'cli/exists': {
    title: 'A file that is there already',
    explanation: '`init` writes over nothing.',
  },
  'cli/nothing-to-release': {
    title: 'A release without artifacts',
    explanation: 'The build left nothing in `dist/`, so there is nothing to put into an archive.',
  },
  'cli/no-second-build': {
    title: 'Nothing to compare',
    explanation:
      '`repro` builds twice in folders of its own, from copies of the sources. One of the two builds did not come to a good end, so nothing is said of whether they are the same.',
  },
  'cli/not-comparable': {
    title: 'Two things that cannot be compared',
    explanation:
      '`app diff` compares two files, or two folders. One of them is not there, or is of the other kind.',
  },
  'cli/disk': {
    title: 'The disk refused',
    explanation:
      'A file could not be read or written: the disk is full, read-only, or the rights are missing.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type CliCode = keyof typeof cliDiagnostics;

/** What a diagnostic code of this module means, for the docs. */
export interface DiagnosticEntry {
  readonly title: string;
  readonly explanation: string;
}

/** The codes that parsing a configuration file can give. */
export const configDiagnostics = {
  'config/alias-limit': {
    title: 'Too many aliases',
    explanation:
      'Aliases (`*name`) may expand to at most 10,000 values in a file. More is a mistake or an attack that would fill the memory.',
  },
  'config/bad-name': {
    title: 'A name that cannot be used',
    explanation:
      'Names become file names and labels: they start with a letter or digit, and hold letters, digits, dot, dash and underscore, at most 128.',
  },
  'config/bad-path': {
    title: 'A path that leaves its folder',
    explanation: 'Paths are relative, use `/` and do not contain `..`, so that a build cannot reach outside.',
  },
  'config/bad-unit': {
    title: 'A duration or size with a wrong unit',
    explanation:
      'Durations are a number and `ms`, `s`, `m` or `h`; sizes a number and `B`, `KB`, `MB`, `GB`, `KiB`, `MiB`, `GiB` or `TiB`, without a space.',
  },
  'config/bad-value': {
    title: 'A value of the right type that cannot be used',
    explanation: 'The message says what the value has to look like.',
  },
  'config/bad-variable': {
    title: 'A `${…}` that is no variable',
    explanation: 'Write `${NAME}` or `${NAME:-default}`; `$$` stands for a single dollar sign.',
  },
  'config/bad-version': {
    title: 'Not a semantic version',
    explanation:
      '`spec.version` follows semantic versioning 2.0.0: three numbers, and perhaps `-pre.release` and `+build`.',
  },
  'config/bad-yaml': {
    title: 'The file is not YAML 1.2',
    explanation: 'The text could not be read as YAML. The underlined place is where the reader gave up.',
  },
  'config/control-character': {
    title: 'A control character in a value',
    explanation:
      'Commands, variables and paths cannot hold a zero byte, and other control characters in them are never meant. Tabs and line ends may stand in values, but not in paths.',
  },
  'config/duplicate-key': {
    title: 'A key that stands twice in one mapping',
    explanation: 'Only one of the two could count, so neither does. Remove one.',
  },
  'config/duplicate-name': {
    title: 'Two entries with one name',
    explanation: 'Steps and artifacts are told apart by their names, so each name stands once in its list.',
  },
  'config/empty': {
    title: 'An empty configuration file',
    explanation: 'The file holds no YAML value, only comments or nothing at all.',
  },
  'config/merge-key': {
    title: 'A merge key',
    explanation:
      'Merge keys (`<<`) are not part of YAML 1.2. Write the keys out, or refer to a whole value by an alias.',
  },
  'config/missing-key': {
    title: 'A key that must be there',
    explanation: 'The mapping lacks a key without a default.',
  },
  'config/module-cycle': {
    title: 'Modules of an app that take each other in a circle',
    explanation:
      'A module is compiled with what it takes, so none can take itself by way of others. The message names the way round, and the places where each takes the next.',
  },
  'config/more-problems': {
    title: 'More problems than are shown',
    explanation: 'At most 50 problems are shown for a file. Mend these first.',
  },
  'config/locale-replaced': {
    title: 'A locale that this machine does not have',
    explanation:
      'Steps run with C.UTF-8 in its place. Install the locale for another one; results made on machines with different locales may differ.',
  },
  'config/no-effect': {
    title: 'A key that this version does not act on',
    explanation:
      'The key is part of the format and its meaning comes with a later version, or no target of the workspace is meant by it. A note: nothing is wrong with the file. `mobileops validate` tells each one.',
  },
  'config/not-supported': {
    title: 'Recognised, but not supported yet',
    explanation:
      'The key or kind is part of the format, but this version cannot carry it out, so the target is refused when it is built rather than built without it.',
  },
  'config/out-of-range': {
    title: 'A number or a text outside its bounds',
    explanation: 'The message names the bounds.',
  },
  'config/several-documents': {
    title: 'More than one YAML document in a file',
    explanation: 'A file holds one document. Put what follows `---` into a file of its own.',
  },
  'config/tab': {
    title: 'A tab used for indentation',
    explanation: 'YAML indents by spaces alone.',
  },
  'config/too-deep': {
    title: 'Values nested too deeply',
    explanation: 'Values may be nested 64 levels deep.',
  },
  'config/too-large': {
    title: 'A file that is too large to be a configuration',
    explanation:
      'At most 100,000 lines and marks of YAML (brackets, quotes, dashes and the like) are read, so that a hostile file costs neither time nor memory.',
  },
  'config/undefined-variable': {
    title: 'A variable that has no value',
    explanation:
      'A `${NAME}` in a value takes the variable of that name from the environment. Set it, or give a default: `${NAME:-default}`.',
  },
  'config/unknown-anchor': {
    title: 'An alias without its anchor',
    explanation: 'An alias `*name` refers to a value marked `&name` earlier in the same file.',
  },
  'config/unknown-key': {
    title: 'A key that has no meaning here',
    explanation: 'Nothing would be done with it, so it is refused rather than ignored.',
  },
  'config/unknown-module': {
    title: 'A module that an app does not have',
    explanation:
      'A dependency that begins with a colon, `:core`, is one of `android.modules` by its name. Other targets and folders are not taken this way.',
  },
  'config/unknown-value': {
    title: 'A value that is none of those possible',
    explanation: 'The message lists the possible values.',
  },
  'config/wrong-api-version': {
    title: 'An apiVersion that this version does not read',
    explanation: 'Configuration files begin with `apiVersion: build.mobileops.io/v1`.',
  },
  'config/wrong-kind': {
    title: 'A kind that does not belong into this file',
    explanation:
      '`build-config.yaml` holds a BuildConfiguration, `components/<name>/build.yaml` a ComponentBuild, `mobile/<name>/build.yaml` a MobileBuild, `docker/<name>.yaml` an ImageBuild.',
  },
  'config/wrong-type': {
    title: 'A value of the wrong type',
    explanation:
      'For example a list where a text is expected. A number that is meant as text is put in quotes.',
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;

export type ConfigCode = keyof typeof configDiagnostics;

/** Codes of this module. */
export const dependenciesDiagnostics = {
  'dependencies/no-lock': {
    title: 'There is no mobileops.lock',
    explanation:
      'Targets need packages or tools, and a build takes only what is locked. `mobileops deps lock` resolves them and writes the lock; commit it.',
  },
  'dependencies/stale-lock': {
    title: 'The lock no longer holds what is asked for',
    explanation:
      'A requirement, a package.json, a package-lock.json or the table of tools changed since the lock was written. A build never resolves by itself; `mobileops deps lock` does.',
  },
  'dependencies/bad-lock': {
    title: 'The lock cannot be used as it is',
    explanation:
      'The file is damaged, was merged or edited by hand (its content does not have the checksum that it states), or has the form of another version of mobileops. Restore it, or write it anew with `mobileops deps lock`.',
  },
  'dependencies/bad-requirement': {
    title: 'A requirement cannot be read',
    explanation:
      'A Python requirement is a name with optional extras, versions and marker: `numpy>=1.24.0`. Paths, URLs and pip options are not accepted there.',
  },
  'dependencies/unreadable-file': {
    title: 'A file that names dependencies cannot be read',
    explanation: 'A root requirement file, a package.json or a package-lock.json is not what it should be.',
  },
  'dependencies/unresolvable': {
    title: 'No set of packages meets the requirements',
    explanation:
      'The resolver of the ecosystem (uv, npm or coursier) found no answer, because of a package or version that is not there; its own words are in the message.',
  },
  'dependencies/contradiction': {
    title: 'Requirements contradict each other',
    explanation:
      'Of the requirements that are named no version of a package meets all. The message is the chain of who wants what; each requirement of it is underlined where it is written. All contradictions are told at once: after one is found, the rest is asked again without each of its lines in turn.',
  },
  'dependencies/no-wheel': {
    title: 'A Python package has no wheel for this platform',
    explanation:
      'The lock holds the wheels of every supported platform and Python, and this machine needs a package that has none for it. Source distributions run code of their own to install and differ by machine, so they are not taken. Choose a version that has a wheel, or put a wheel into your own index.',
  },
  'dependencies/missing-artifact': {
    title: 'No repository has a library',
    explanation:
      "The message says which module, who asks for it, and which repositories were asked. Other repositories are set by COURSIER_REPOSITORIES; unless it is set, those of coursier and then Google's are asked.",
  },
  'dependencies/held-below': {
    title: 'A library is held below the version that is asked for',
    explanation:
      '`version!!` holds whatever libraries ask for. One that asks for a higher version may call what is not there, which shows only when the app runs. It is told when the lock is written.',
  },
  'dependencies/outside-range': {
    title: 'A library is taken in a version that another one rules out',
    explanation:
      'A POM asks for a range (`[1.0,2.0)`), and something else asks for a higher version, which is taken, as Gradle does; Maven would refuse. The message is the chain of who wants what. What a parent of the POM says of versions is not read. It is told when the lock is written.',
  },
  'dependencies/bad-library': {
    title: 'A file of a library is damaged or hostile',
    explanation:
      'An AAR is a zip with an AndroidManifest.xml that names a package. One with a path that leads out of it, with links, or that unpacks to more than it says is refused as a whole.',
  },
  'dependencies/unsupported-package': {
    title: 'A package comes from a place that cannot be locked',
    explanation:
      'Packages from git, from an address or from a folder have no hash in an index. Publish them to an index, or make them a target of the workspace.',
  },
  'dependencies/bad-registries': {
    title: 'The settings of registries cannot be used',
    explanation:
      'The file that MOBILEOPS_REGISTRIES names, or `mobileops/registries.json` in the folder of settings (`~/.config`), is a JSON object: for each registry `mirrors`, which are asked first, and `insecure`, which allows plain HTTP.',
  },
  'dependencies/missing-client': {
    title: 'A package client is missing',
    explanation:
      'Packages are fetched by npm, by pip of the Python that builds, and by coursier (which needs Java). Install what is named.',
  },
  'dependencies/network': {
    title: 'A package index could not be reached',
    explanation:
      'What was fetched before is kept, so that the same command goes on where it stopped. Proxies and mirrors are taken from the settings of npm, pip and coursier.',
  },
  'dependencies/client-failed': {
    title: 'A package client failed',
    explanation: 'The last lines of what it said are in the message.',
  },
  'dependencies/wrong-content': {
    title: 'A fetched file is not the locked one',
    explanation:
      'The index gave other bytes than those whose hash is locked: the file was replaced there, or a mirror is wrong. It was thrown away.',
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;

export type DependenciesCode = keyof typeof dependenciesDiagnostics;

/** Every kind of finding, with what follows from it; ids are stable. */
export const FINDINGS = {
  'disk/workspace': 'A build writes its results and records there, and stops where the disk is full.',
  'disk/cache': 'Everything that is built or fetched goes through the cache, and a full disk stops it.',
  'memory/free':
    'Compilers that find no memory are ended by the system, which looks like a failure of theirs.',
  'workspace/configuration': 'Targets with errors cannot be built.',
  'workspace/permissions': 'A build cannot write to what another user owns, as after a run by sudo.',
  'workspace/held':
    'Builds of one workspace wait for each other; the mark of one that was killed makes the next one look twice.',
  'workspace/scripts': 'A command that calls a script by its path fails where the script is not executable.',
  'lock/state':
    'A build takes packages from the lock alone, and refuses one that no longer says what the files ask for.',
  'lock/fetched': 'What is not in the cache is fetched first, which needs the network.',
  'tool/available': 'Targets that run it are refused.',
  'tool/system': 'The configuration says that steps call it.',
  'tool/combination':
    'Gradle, its Android plugin and the JDK work only in certain combinations, and say so late and unclearly.',
  'tool/device':
    'Tests in src/androidTest are run by adb on a device; without it `mobileops test` tells of them as not run.',
  'key/app':
    'All releases of an app must have one key: one that is lost, has ended or is known to others cannot be replaced later.',
  'key/signing': 'Releases are signed by it; who else can read it can sign as you.',
  'key/gpg': 'Signatures of the format .asc are made and checked by gpg.',
  'sandbox/kind':
    'Without namespaces, actions work on copies, can see files that they do not declare, and take longer.',
  'sandbox/ids': 'RUN in images needs a range of ids for a user other than root.',
  'cache/folder': 'Without a cache that can be written, nothing can be built.',
  'cache/sample':
    'What is damaged is noticed when it is read and built again; a disk that damages files goes on with it.',
  'cache/leftovers': 'What a killed process was writing takes room until the next `cache gc`.',
  'build/last-failure': 'The target is not in dist/ as its sources are now.',
  'network/service': 'What a setting names has to answer when a build publishes, reports or fetches.',
} as const satisfies Readonly<Record<string, string>>;

export type FindingId = keyof typeof FINDINGS;

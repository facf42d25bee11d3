/** The codes that versions of releases can give. */
export const versionDiagnostics = {
  'version/bad-ledger': {
    title: 'A ledger of versions that cannot be read',
    explanation:
      '`mobileops.versions` says which versions were released. It is written by `mobileops release` alone, and committed. Take it from the last good commit, or mend what a merge has left in it.',
  },
  'version/no-number': {
    title: 'A version without a number',
    explanation:
      'Stores want a whole number beside the version, greater each time (`versionCode`, `CFBundleVersion`). It is made from versions up to 209.99.999 whose prerelease is alpha, beta or rc; for others BUILD_NUMBER gives it.',
  },
  'version/number-too-large': {
    title: 'A number that no store takes',
    explanation: 'Google Play takes version codes up to 2100000000.',
  },
  'version/bad-channel': {
    title: 'Not a name of a channel',
    explanation: 'A channel is named by small letters, digits, dots and dashes: `stable`, `beta`, `1.x`.',
  },
  'version/reused': {
    title: 'A version that was released before',
    explanation:
      'Another commit was released under this version, or under one that npm, PyPI, a registry or a store could not tell from it. Whoever has that would never get this one. The same commit may be released again: it gives the same bytes.',
  },
  'version/going-back': {
    title: 'A version or number below one that was released',
    explanation:
      'Devices install nothing older than what they have. Within a channel each release has a greater version and a greater number. A line of its own (fixes for 1.x after 2.0.0) is a channel of its own: `--channel 1.x`.',
  },
  'version/tagged-elsewhere': {
    title: 'A tag of this version that names another commit',
    explanation:
      'A tag of git with this version points elsewhere. Perhaps another branch has released it; `git fetch --tags` shows more.',
  },
  'version/two-releases': {
    title: 'Two releases that contradict each other',
    explanation:
      'The ledger holds two releases of one version or number, or a channel whose numbers go down: two branches have released, and were merged. Release one of them again under a new version, and take out the one that nobody got.',
  },
  'version/mismatch': {
    title: 'A built file with another version',
    explanation:
      'A file that the build made says another version than the release has. It was opened and read: what stands in its sources does not count. Take the version from BUILD_VERSION and BUILD_NUMBER (`stamp: true`), not from a constant.',
  },
  'version/unreadable': {
    title: 'A built file whose version cannot be read',
    explanation: 'The file should tell its version and does not, or is damaged, so nothing was released.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type VersionCode = keyof typeof versionDiagnostics;

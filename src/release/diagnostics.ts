/** The codes that signing can give. */
export const releaseDiagnostics = {
  'release/key-store-missing': {
    title: 'A key store that is not there',
    explanation:
      'The file that `android.signing.storeFile` names, relative to the folder of `build.yaml`, does not exist. A release key is often put in place only where a release is made.',
  },
  'release/key-store-unreadable': {
    title: 'A key store that cannot be read',
    explanation: 'The file is neither a PKCS#12 nor a JKS key store, or it is damaged.',
  },
  'release/key-password-missing': {
    title: 'No password for a release key',
    explanation:
      'A key of kind `release` is opened with the values of the variables KEYSTORE_PASSWORD and KEY_PASSWORD; the second is the first where it is not set. They stand in no key of the cache, no log and no argument list.',
  },
  'release/key-password-wrong': {
    title: 'A password that does not open the key',
    explanation: 'KEYSTORE_PASSWORD does not open the key store, or KEY_PASSWORD not the key in it.',
  },
  'release/key-alias-missing': {
    title: 'A key that is not in its store',
    explanation: '`android.signing.keyAlias` names no entry of the key store.',
  },
  'release/key-not-private': {
    title: 'A certificate where a key is needed',
    explanation: 'The alias is that of a certificate alone, with which nothing can be signed.',
  },
  'release/certificate-expired': {
    title: 'An expired certificate',
    explanation:
      'What a key with an expired certificate signs is refused by stores, and its users could not get another version.',
  },
  'release/certificate-too-new': {
    title: 'A certificate that is not valid yet',
    explanation:
      'The certificate begins in the future: it was made so, or the clock of this machine is wrong.',
  },
  'release/certificate-other': {
    title: 'A key with another certificate than was stated',
    explanation:
      'The sites that know the app know it by the certificates that `android.signing.certificates` names, so what another key signs is not theirs.',
  },
  'release/not-signable': {
    title: 'An archive that cannot be signed',
    explanation: 'The signing library does not take the archive for an app.',
  },
  'release/signer-failed': {
    title: 'The signing program failed',
    explanation:
      'Java is missing, too old, or ended in a way that was not foreseen; its last lines are shown.',
  },
  'release/signature-not-reproducible': {
    title: 'A signature that differs each time',
    explanation:
      'Signatures by keys of EC and DSA hold a random number. Two builds of the same sources give the same content, whose digest the report names as `contentSha256`, and other bytes of the signed file.',
  },
  'release/red-gate': {
    title: 'A gate that is not green',
    explanation:
      'The last `mobileops check` found a gate red, or could not measure it. A release past it needs a recorded exception, `--past-gate "GATE: REASON"`, which stands in the index of the release.',
  },
  'release/not-checked': {
    title: 'A release that nobody checked',
    explanation:
      'A release goes out past gates that are green, or with a recorded reason. `mobileops check` of all targets, on the commit as it is, finds out; `--unchecked "REASON"` releases without, and the reason stands in the index of the release.',
  },
  'release/stale-check': {
    title: 'A check of another commit',
    explanation:
      'What `mobileops check` found holds for the commit that it looked at. Check this one, or release it without by `--unchecked "REASON"`.',
  },
  'release/needless-exception': {
    title: 'An exception that excepts nothing',
    explanation:
      'The gate is green, or was not checked at all; or `--unchecked` was given for a commit that was.',
  },
  'release/bad-exception': {
    title: 'An exception without a gate or a reason',
    explanation: 'It is written `GATE: REASON`.',
  },
  'release/bad-builder': {
    title: 'A builder that is not named by an address',
    explanation:
      'BUILDER_ID names the hosted builder that runs the release, for its provenance: an absolute URI that whoever verifies will ask for.',
  },
  'release/no-release': {
    title: 'No such release',
    explanation: '`dist/release` holds no release of this version.',
  },
  'release/bad-index': {
    title: 'An index of a release that cannot be read',
    explanation:
      'The file that names all files of a release is damaged, of another version, or of something else.',
  },
  'release/lost-file': {
    title: 'A file of a release that is gone',
    explanation: 'The index of the release names it, and it is not there.',
  },
  'release/changed-file': {
    title: 'A file that is not the one that was released',
    explanation: 'Its digest is another one than the index of the release says. Nothing was published.',
  },
  'release/no-destination': {
    title: 'Nowhere to publish to',
    explanation:
      'A destination is named by `--to` (a folder, an address, `oci://registry/repository`), by ARTIFACT_REPO_URL, or by PUSH_IMAGES=true for the images.',
  },
  'release/bad-destination': {
    title: 'A destination that cannot be used',
    explanation:
      'It is no folder, address or `oci://registry/repository`; or a token would go over the network in the clear.',
  },
  'release/conflict': {
    title: 'Another content under a name that is taken',
    explanation: 'What was published under a version never changes: somebody may have it already.',
  },
  'release/unauthorised': {
    title: 'A destination that does not let us in',
    explanation: 'It wants a token, or the one that it got may not write.',
  },
  'release/unreachable': {
    title: 'A destination that cannot be reached',
    explanation: 'What was published before stays and is recorded; nothing was promoted.',
  },
  'release/rejected': {
    title: 'A destination that did not take a file',
    explanation: 'Its own words are shown. What was published before stays and is recorded.',
  },
  'release/interrupted': {
    title: 'A publication that was interrupted',
    explanation: 'What was published before stays and is recorded; the next run does the rest.',
  },
  'release/not-there': {
    title: 'A release, or a file of it, that is not there',
    explanation: 'Neither the folder nor the address has it. Nothing was installed.',
  },
  'release/bad-archive': {
    title: 'An archive that cannot be installed',
    explanation:
      'It is damaged, or holds what no release holds: a path or a link that leads out, a device, the same file twice. Nothing was installed.',
  },
  'release/bad-state': {
    title: 'A state of installed releases that cannot be read',
    explanation:
      '`state.json` tells which releases are installed and who may sign. What is current is told by the link alone.',
  },
  'release/no-rollback': {
    title: 'Nothing to go back to',
    explanation: 'No other release was current before this one, or it is not installed any more.',
  },
  'release/no-trust': {
    title: 'No key that may sign what is installed',
    explanation:
      'The first installation names the public key (`--key`, `--gpg-key`), which stays with it; all later ones are verified by it.',
  },
  'release/other-pin': {
    title: 'Another key than the one that stays with the installation',
    explanation:
      'Releases here are verified by the keys in `keys/`. To take another one as well is a decision: `--add-key`.',
  },
  'release/going-back': {
    title: 'A channel that names an older release',
    explanation:
      'An update never goes back: somebody may offer an old release with a known fault. `mobileops install NAME@VERSION` takes it all the same.',
  },
  'release/no-subscription': {
    title: 'Nowhere to update from',
    explanation:
      '`update` asks where the last `install NAME` got its release, and nothing was installed by a name.',
  },
  'release/needs-mac': {
    title: 'Only a Mac does this',
    explanation: 'Nothing was looked at or uploaded.',
  },
  'release/no-fastlane': {
    title: 'fastlane is missing',
    explanation: 'Uploads to TestFlight and the App Store are done by fastlane.',
  },
  'release/connect-key': {
    title: 'No key for App Store Connect',
    explanation:
      'An upload needs the `.p8` file of an App Store Connect key by `--key`, its id in APP_STORE_CONNECT_KEY_ID and its issuer in APP_STORE_CONNECT_ISSUER_ID.',
  },
  'release/upload-failed': {
    title: 'fastlane did not upload',
    explanation: 'It ended with another exit code than 0; what it printed says why.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

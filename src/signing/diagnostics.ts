/** The codes that signing, verifying and statements of origin can give. */
export const signingDiagnostics = {
  'signing/no-key': {
    title: 'No key where one was asked for',
    explanation:
      'Signing was asked for, and the key is not there: nothing was signed. A key is a file (`--key`, the variable SIGNING_KEY, or /etc/ssl/private/mobileops-signing.key) or one of your own keyring (`--gpg-key`).',
  },
  'signing/key-unreadable': {
    title: 'A file that is no usable key',
    explanation:
      'The file is no key, a damaged one, the public half where the private one is needed (or the other way round), or this user may not read it.',
  },
  'signing/key-unsupported': {
    title: 'A kind of key that is not taken',
    explanation:
      'Sigstore bundles are signed by EC keys on P-256, Ed25519 keys and RSA keys of 2048 bits or more; a key that cosign sealed is opened where it was sealed by scrypt and secretbox.',
  },
  'signing/several-keys': {
    title: 'A file with several secret keys',
    explanation: 'It is not said which of them signs.',
  },
  'signing/key-locked': {
    title: 'No passphrase for a key',
    explanation:
      'The passphrase is the value of SIGNING_KEY_PASSWORD, or of COSIGN_PASSWORD for a key that cosign sealed. It stands in no list of arguments, no file and no log.',
  },
  'signing/passphrase-wrong': {
    title: 'A passphrase that does not open the key',
    explanation: 'The value of SIGNING_KEY_PASSWORD, or of COSIGN_PASSWORD, is another one.',
  },
  'signing/key-unusable': {
    title: 'A key that cannot sign',
    explanation: 'OpenPGP keys expire, are revoked, or are made for encryption alone.',
  },
  'signing/key-exposed': {
    title: 'A private key that others may read',
    explanation: 'Whoever can read the file can sign in your name. The file was used all the same.',
  },
  'signing/wrong-format': {
    title: 'A format that the key does not make',
    explanation: 'An OpenPGP key makes `.asc` signatures, a key in PEM makes Sigstore bundles.',
  },
  'signing/same-place': {
    title: 'Two keys for one place',
    explanation: 'A file has one `.asc` and one Sigstore bundle beside it, each by one key.',
  },
  'signing/no-gpg': {
    title: 'gpg is missing',
    explanation:
      'OpenPGP signatures are made and checked by GnuPG. Nothing was signed or checked without it.',
  },
  'signing/gpg-failed': {
    title: 'gpg failed in a way that is not foreseen',
    explanation: 'The last line that it printed is shown.',
  },
  'signing/long-path': {
    title: 'A folder for temporary files with too long a path',
    explanation:
      'A key is imported into a keyring of its own in TMPDIR, whose agent listens on a socket there; the path of a socket has about 100 characters.',
  },
  'signing/too-large': {
    title: 'A file too large for this kind of key',
    explanation: 'An Ed25519 signature reads its message twice, so the file is held in memory.',
  },
  'signing/no-file': {
    title: 'Nothing that can be signed or verified',
    explanation:
      'Files are signed, and all files of a folder but hidden ones; links and devices are not followed. A folder without files proves nothing.',
  },
  'signing/unsigned': {
    title: 'A file without a signature',
    explanation:
      'Neither FILE.asc nor FILE.sigstore.json lies beside it, or a registry has no signature of an image, so nothing is proved.',
  },
  'signing/lost-file': {
    title: 'A signature whose file is gone',
    explanation: 'A folder was verified that holds the signature of a file which is not there.',
  },
  'signing/no-pin': {
    title: 'A signature, and no key to check it by',
    explanation:
      'A signature proves nothing until it is known whose it is. Name the public key by `--key`, or by `--gpg-key` one of your keyring.',
  },
  'signing/bad-fingerprint': {
    title: 'Not the whole fingerprint of a key',
    explanation: 'Short ids of OpenPGP keys can be made to collide, so only whole fingerprints name a key.',
  },
  'signing/bad-signature': {
    title: 'A file that is not what was signed',
    explanation:
      'The signature does not fit the bytes: one of the two was changed, by accident or on purpose.',
  },
  'signing/malformed': {
    title: 'A signature that cannot be read',
    explanation: 'The file is neither an OpenPGP signature nor a Sigstore bundle, or it is damaged.',
  },
  'signing/unsupported': {
    title: 'A signature of a kind that is not checked',
    explanation:
      'Sigstore bundles by a key are checked. Those by a certificate of an identity (keyless) need a transparency log and the roots of a certificate authority.',
  },
  'signing/other-key': {
    title: 'A signature by another key',
    explanation: 'Whoever signed is not who you expect.',
  },
  'signing/no-provenance': {
    title: 'No provenance',
    explanation: 'The file says nothing of where something was built, in the form of SLSA v1.',
  },
  'signing/not-a-subject': {
    title: 'A file that a provenance is not about',
    explanation: 'The digest of the file is none of those that the provenance names.',
  },
  'signing/other-builder': {
    title: 'Built by another builder',
    explanation: 'The provenance names another builder than `--builder` expects.',
  },
  'signing/other-source': {
    title: 'Built from another source',
    explanation: 'The provenance names neither the commit nor the repository that `--source` expects.',
  },
  'signing/key-expired': {
    title: 'A signature by a key that no longer counts',
    explanation: 'The key or the signature has expired, or the key was revoked.',
  },
  'signing/untrusted': {
    title: 'A key that your keyring does not trust',
    explanation:
      'Anybody can bring a key into a keyring. Without `--key` and `--gpg-key` it counts only where the keyring says that it is fully trusted.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type SigningCode = keyof typeof signingDiagnostics;

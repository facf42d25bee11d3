/** Codes of this module. */
export const debianDiagnostics = {
  'debian/no-apt': {
    title: 'Packages of Debian or Ubuntu need a Debian-like machine',
    explanation:
      'The packages of an ImageBuild are resolved and fetched by apt: apt-get, apt-cache, apt-config, apt-helper and gpgv. The machine lacks one of them. Images whose packages are locked and fetched already do not need them.',
  },
  'debian/no-xz': {
    title: 'The program xz is missing',
    explanation: 'The files in most packages of Debian are compressed by xz, which the package xz-utils has.',
  },
  'debian/no-keyring': {
    title: "The distribution's archive keys are missing",
    explanation:
      'A package index is believed only with the signature of its distribution, whose public keys come as a package of the machine: debian-archive-keyring or ubuntu-keyring. Nothing is fetched without them.',
  },
  'debian/no-mirror': {
    title: "No mirror of the distribution's archive is known",
    explanation:
      "The address is taken from the machine's own apt sources where they name the same distribution, else from a variable: MOBILEOPS_DEBIAN_MIRROR, MOBILEOPS_UBUNTU_MIRROR, or MOBILEOPS_UBUNTU_PORTS_MIRROR for other processors than amd64. MOBILEOPS_DEBIAN_SECURITY_MIRROR names the archive of security updates where it does not lie beside the other.",
  },
  'debian/bad-package': {
    title: 'A package that cannot be asked for like this',
    explanation:
      'A package is `name` or `name=version`. The processor is the image’s, and the suite is `from`, so neither is said with the package.',
  },
  'debian/unknown-package': {
    title: 'The distribution has no such package or version',
    explanation:
      'The signed indexes of the suite and its updates do not hold it in the components that are asked for. A mirror keeps only the newest version of a suite and of its updates.',
  },
  'debian/unresolvable': {
    title: 'No set of packages meets the request',
    explanation:
      "apt found packages that conflict or lack something they depend on; apt's words are in the message.",
  },
  'debian/unsigned': {
    title: 'An index is not signed by the distribution',
    explanation:
      "The signature of the mirror's index is absent, expired, or made by a key that is not the distribution's. Nothing of it is used.",
  },
  'debian/network': {
    title: 'A mirror could not be reached',
    explanation:
      "What was fetched is kept, and the same command goes on from there. Proxies are taken from apt's own settings.",
  },
  'debian/apt-failed': {
    title: 'apt failed',
    explanation: 'The last lines of what it said are in the message.',
  },
  'debian/dropped-version': {
    title: 'The mirror no longer has a locked version',
    explanation:
      'Mirrors drop a version soon after a newer one is out. `mobileops deps lock` locks the newer one; a mirror that keeps all versions makes the old lock work again.',
  },
  'debian/wrong-content': {
    title: 'A fetched package is not the locked one',
    explanation: 'Its size or SHA-256 is not that of the signed index. It was thrown away.',
  },
  'debian/bad-archive': {
    title: 'A package file cannot be read',
    explanation:
      'The file is not a .deb of format 2.0, is damaged, or holds something that no package may bring into an image: a path that leaves the root, a device, an owner without a number.',
  },
  'debian/path-conflict': {
    title: 'Two packages or paths want the same place',
    explanation:
      'One of them is a folder and the other is not, or two packages ship the same file and neither replaces the other.',
  },
  'debian/bad-account': {
    title: 'A user or group that cannot be made',
    explanation:
      'Its name or number is taken by another one, or a group or owner is named that does not exist.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type DebianCode = keyof typeof debianDiagnostics;

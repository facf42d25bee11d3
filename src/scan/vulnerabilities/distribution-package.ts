/** What a purl of a distribution's package says beside its name. */
export interface DistributionPackage {
  /** As OSV names the release: `12` of Debian, `22.04` of Ubuntu. */
  readonly suite?: string;
  /** The source package that it was built from, and its version where it differs. */
  readonly source?: { readonly name: string; readonly version?: string };
}

/** Code names of releases, as facts: a database names them by number. */
const NUMBERS: Readonly<Record<'Debian' | 'Ubuntu', Readonly<Record<string, string>>>> = {
  Debian: {
    jessie: '8',
    stretch: '9',
    buster: '10',
    bullseye: '11',
    bookworm: '12',
    trixie: '13',
    forky: '14',
  },
  Ubuntu: {
    trusty: '14.04',
    xenial: '16.04',
    bionic: '18.04',
    focal: '20.04',
    jammy: '22.04',
    noble: '24.04',
    questing: '25.10',
    resolute: '26.04',
  },
};

/** Reads `distro` (`debian-12`, `bookworm`, `ubuntu-22.04`) and `upstream` (`curl`, `curl@7.88.1-10`) of a `pkg:deb`. */
export function distributionPackage(
  distribution: 'Debian' | 'Ubuntu',
  { distro, upstream }: Readonly<Record<string, string>>,
): DistributionPackage {
  const release = distro?.replace(/^(?:debian|ubuntu)-/i, '').toLowerCase();
  const suite = release === undefined ? undefined : (NUMBERS[distribution][release] ?? release);
  const at = upstream?.lastIndexOf('@') ?? -1;
  const [name, version] = at < 0 ? [upstream] : [upstream?.slice(0, at), upstream?.slice(at + 1)];
  return {
    ...(suite === undefined || suite === ''
      ? {}
      : { suite: suite.replace(/^(\d+)\.\d+$/, mainRelease(distribution)) }),
    ...(name ? { source: { name, ...(version ? { version } : {}) } } : {}),
  };
}

/** Debian's point releases are the same release. */
function mainRelease(distribution: 'Debian' | 'Ubuntu'): string {
  return distribution === 'Debian' ? '$1' : '$&';
}

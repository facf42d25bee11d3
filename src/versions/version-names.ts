import type { SemanticVersion } from './semantic-version.ts';

/** What one version is called by everything that has a name of its own for it. */
export interface VersionNames {
  /** The semantic version. */
  readonly version: string;
  /** versionCode of Android and CFBundleVersion of Apple. */
  readonly number: number;
  readonly channel: string;
  /** npm drops what stands behind `+`. */
  readonly npm: string;
  /** PEP 440; absent where that has no form for the prerelease. */
  readonly wheel?: string;
  readonly imageTag: string;
  readonly versionName: string;
  readonly versionCode: number;
  /** Three numbers: the App Store takes nothing else. */
  readonly shortVersion: string;
  readonly bundleVersion: string;
}

export interface NamesInput {
  readonly version: SemanticVersion;
  readonly number: number;
  /** That of the prerelease unless told. */
  readonly channel?: string | undefined;
}

const STABLE = 'stable';

/** By the prerelease's first word: `1.0.0-beta.2` is for the channel `beta`. */
export function channelOf({ prerelease }: SemanticVersion): string {
  const [first] = prerelease;
  if (first === undefined) return STABLE;
  return /^\d+$/.test(first) ? 'prerelease' : first.toLowerCase();
}

export function namesOf({ version, number, channel }: NamesInput): VersionNames {
  const plain = version.text.split('+', 1)[0]!;
  const wheel = wheelOf(version);
  return {
    version: version.text,
    number,
    channel: channel ?? channelOf(version),
    npm: plain,
    ...(wheel === undefined ? {} : { wheel }),
    imageTag: version.text.replaceAll('+', '-'),
    versionName: version.text,
    versionCode: number,
    shortVersion: version.core.join('.'),
    bundleVersion: String(number),
  };
}

const WHEEL_STAGES: ReadonlyMap<string, string> = new Map([
  ['alpha', 'a'],
  ['a', 'a'],
  ['beta', 'b'],
  ['b', 'b'],
  ['rc', 'rc'],
  ['dev', '.dev'],
]);

/** As PEP 440 writes it in its normal form. */
function wheelOf({ core, prerelease, build }: SemanticVersion): string | undefined {
  const local = build === undefined ? '' : `+${build.toLowerCase().replaceAll('-', '.')}`;
  const [kind, index = '0', ...more] = prerelease;
  if (kind === undefined) return core.join('.') + local;
  const stage = WHEEL_STAGES.get(kind);
  if (stage === undefined || more.length > 0 || !/^\d+$/.test(index)) return undefined;
  return `${core.join('.')}${stage}${index}${local}`;
}

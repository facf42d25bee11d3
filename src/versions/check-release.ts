import type { Diagnostic, Span } from '../base/index.ts';
import type { VersionCode } from './diagnostics.ts';
import type { KnownRelease, Ledger } from './ledger.ts';
import { compareVersions, parseSemanticVersion, type SemanticVersion } from './semantic-version.ts';
import { namesOf, type VersionNames } from './version-names.ts';

export interface Candidate {
  readonly names: VersionNames;
  /** That is checked out; `undefined` where there is none. */
  readonly commit: string | undefined;
  /** Commit that a tag of the version names, where one does. */
  readonly tagged: string | undefined;
}

/** Why a version cannot be released; nothing where it can, or where it is the same release once more. */
export function refusals(ledger: Ledger, candidate: Candidate): readonly Diagnostic[] {
  const { names, commit, tagged } = candidate;
  if (tagged !== undefined && tagged !== commit) return [taggedElsewhere(names, tagged)];
  const others = ledger.releases.filter((release) => !isSameRelease(release, candidate));
  const taken = new Set(sharedNames(names));
  const reused = others.find((release) =>
    sharedNames(namesOfRelease(release)).some((each) => taken.has(each)),
  );
  if (reused) return [reusedProblem(ledger, candidate, reused)];
  const later = laterThan(others, names);
  return later ? [goingBack(ledger, names, later)] : [];
}

/** The release that this one repeats, byte for byte. */
export function isSameRelease(
  { version, number, channel, commit }: KnownRelease,
  { names, commit: head }: Candidate,
): boolean {
  return version === names.version && number === names.number && channel === names.channel && commit === head;
}

function namesOfRelease({ parsed, number, channel }: KnownRelease): VersionNames {
  return namesOf({ version: parsed, number, channel });
}

/** Of two versions that share one of these, a client of npm, PyPI, a registry or a store would take one for the other. */
function sharedNames({ npm, number, imageTag, wheel }: VersionNames): readonly string[] {
  return [
    ...[`npm ${npm}`, `number ${number}`, `image ${imageTag}`],
    ...(wheel === undefined ? [] : [`wheel ${wheel}`]),
  ];
}

function versionOf({ version }: VersionNames): SemanticVersion {
  return parseSemanticVersion(version)!;
}

function laterThan(others: readonly KnownRelease[], names: VersionNames): KnownRelease | undefined {
  const same = others.filter(({ channel }) => channel === names.channel);
  return same.findLast(
    ({ parsed, number }) => compareVersions(parsed, versionOf(names)) > 0 || number > names.number,
  );
}

function problem(
  code: VersionCode,
  more: Pick<Diagnostic, 'message' | 'hint' | 'span' | 'path'>,
): Diagnostic {
  return { code, severity: 'error', cause: 'input', ...more };
}

/** Where the ledger tells of a release. */
function placeOf({ file }: Ledger, { version, commit }: KnownRelease): Pick<Diagnostic, 'span' | 'path'> {
  const line = file.text
    .split('\n')
    .find((each) => each.includes(JSON.stringify(version)) && each.includes(JSON.stringify(commit)));
  if (line === undefined) return { path: file.path };
  const start = file.text.indexOf(line) + line.indexOf(JSON.stringify(version));
  const span: Span = { file, start, end: start + JSON.stringify(version).length };
  return { span };
}

function short(commit: string): string {
  return commit.slice(0, 12);
}

function taggedElsewhere({ version }: VersionNames, tagged: string): Diagnostic {
  return problem('version/tagged-elsewhere', {
    message: `the tag of ${version} names the commit ${short(tagged)}, which is not checked out`,
    hint: `git checkout ${short(tagged)} releases that one again; anything else needs a new version`,
  });
}

function reusedProblem(
  ledger: Ledger,
  { names, commit: head }: Candidate,
  release: KnownRelease,
): Diagnostic {
  const { version, number, commit, channel } = release;
  const what =
    version === names.version
      ? `${version} was released`
      : `${names.version} (number ${names.number}) cannot be told from ${version} (number ${number}), which was released`;
  const again =
    commit === head
      ? `BUILD_NUMBER=${number} mobileops release v${version} --channel ${channel} releases it again`
      : `git checkout ${short(commit)} releases that one again`;
  return problem('version/reused', {
    message: `${what} in the channel ${channel} from the commit ${short(commit)}, with the number ${number}`,
    hint: `${nextHint(ledger, names)}; ${again}`,
    ...placeOf(ledger, release),
  });
}

function goingBack(ledger: Ledger, names: VersionNames, release: KnownRelease): Diagnostic {
  const isNumber = compareVersions(release.parsed, versionOf(names)) < 0;
  const message = isNumber
    ? `the number ${names.number} of ${names.version} is below ${release.number}, which ${release.version} has in the channel ${names.channel}`
    : `${names.version} comes before ${release.version}, which was released in the channel ${names.channel}`;
  const hint = isNumber
    ? `set BUILD_NUMBER to ${release.number + 1} or more`
    : `${nextHint(ledger, names)}, or give the older line a channel of its own: --channel ${versionOf(names).core[0]}.x`;
  return problem('version/going-back', { message, hint, ...placeOf(ledger, release) });
}

/** The version after the last one of the channel. */
function nextHint({ releases }: Ledger, { channel, version }: VersionNames): string {
  const last = releases.findLast((release) => release.channel === channel);
  const { core, prerelease } = last?.parsed ?? parseSemanticVersion(version)!;
  const index = prerelease.at(-1);
  const isCounted = index !== undefined && /^\d+$/.test(index);
  const next = isCounted
    ? `${core.join('.')}-${[...prerelease.slice(0, -1), BigInt(index) + 1n].join('.')}`
    : prerelease.length > 0
      ? `${core.join('.')}-${[...prerelease, 1].join('.')}`
      : `${core[0]}.${core[1]}.${BigInt(core[2]) + 1n}`;
  return `release a later version: ${next}`;
}

/** What of a ledger contradicts itself, as after a merge of two branches that have both released. */
export function ledgerProblems(ledger: Ledger): readonly Diagnostic[] {
  const { releases } = ledger;
  const firstOf = new Map<string, number>();
  return releases.flatMap((release, index) => {
    const names = sharedNames(namesOfRelease(release));
    const same = Math.min(...names.map((name) => firstOf.get(name) ?? index));
    for (const name of names) if (!firstOf.has(name)) firstOf.set(name, index);
    if (same < index) return [twoReleases(ledger, release, releases[same]!)];
    const { channel, number } = release;
    const above = releases.findLast(
      (each, at) => at < index && each.channel === channel && each.number > number,
    );
    return above ? [twoReleases(ledger, release, above)] : [];
  });
}

function twoReleases(ledger: Ledger, release: KnownRelease, other: KnownRelease): Diagnostic {
  const about = ({ version, number, commit }: KnownRelease): string =>
    `${version} (number ${number}, commit ${short(commit)})`;
  return problem('version/two-releases', {
    message: `${about(release)} and ${about(other)} contradict each other`,
    hint: 'take out the one that nobody got, and release its commit under a later version',
    ...placeOf(ledger, release),
  });
}

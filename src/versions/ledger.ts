import { compareTexts, type Diagnostic, fail, ok, type Result, type SourceFile } from '../base/index.ts';
import type { VersionCode } from './diagnostics.ts';
import { compareVersions, parseSemanticVersion, type SemanticVersion } from './semantic-version.ts';

/** Beside the lock at the workspace's root; committed. */
export const LEDGER_FILE = 'mobileops.versions';

export interface ReleaseRecord {
  readonly version: string;
  readonly number: number;
  readonly channel: string;
  readonly commit: string;
  /** When the commit was made, ISO 8601. */
  readonly time: string;
}

export interface Ledger {
  readonly file: SourceFile;
  /** By version, then by channel. */
  readonly releases: readonly KnownRelease[];
}

export interface KnownRelease extends ReleaseRecord {
  readonly parsed: SemanticVersion;
}

/** An absent file is an empty ledger. */
export function parseLedger(text: string | undefined, path = LEDGER_FILE): Result<Ledger, Diagnostic> {
  const file = { path, text: text ?? '' };
  if (text === undefined) return ok({ file, releases: [] });
  const bad = (message: string): Result<never, Diagnostic> => fail(badLedger(path, message));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const isMerge = /^(?:<<<<<<<|>>>>>>>) /m.test(text);
    return bad(isMerge ? 'a merge has left its marks in it' : `it is no JSON: ${(error as Error).message}`);
  }
  const { version, releases } = (document ?? {}) as { version?: unknown; releases?: unknown };
  if (version !== 1 || !Array.isArray(releases)) return bad('`version` is not 1, or `releases` is no list');
  const known = releases.map(releaseOf);
  const wrong = known.indexOf(undefined);
  if (wrong >= 0)
    return bad(`number ${wrong + 1} of its releases lacks a version, number, channel, commit or time`);
  return ok({ file, releases: sorted(known as KnownRelease[]) });
}

function badLedger(path: string, message: string): Diagnostic {
  const code: VersionCode = 'version/bad-ledger';
  const hint = `mend it, or take it from git: git checkout HEAD -- ${path}`;
  return { code, severity: 'error', message, hint, path, cause: 'input' };
}

function releaseOf(entry: unknown): KnownRelease | undefined {
  const { version, number, channel, commit, time } = (entry ?? {}) as Partial<ReleaseRecord>;
  const parsed = typeof version === 'string' ? parseSemanticVersion(version) : undefined;
  const isWhole = typeof number === 'number' && Number.isSafeInteger(number) && number > 0;
  if (!parsed || !isWhole || typeof channel !== 'string') return undefined;
  if (typeof commit !== 'string' || typeof time !== 'string') return undefined;
  return { version: parsed.text, number, channel, commit, time, parsed };
}

function sorted(releases: readonly KnownRelease[]): KnownRelease[] {
  return [...releases].sort(
    (a, b) =>
      compareVersions(a.parsed, b.parsed) ||
      compareTexts(a.channel, b.channel) ||
      compareTexts(a.commit, b.commit),
  );
}

/** The ledger's text with one release more; a line for each, so that git merges those of branches. */
export function ledgerTextWith({ releases }: Ledger, added: ReleaseRecord): string {
  const parsed = parseSemanticVersion(added.version)!;
  const lines = sorted([...releases, { ...added, parsed }]).map(
    ({ version, number, channel, commit, time }) =>
      `    ${JSON.stringify({ version, number, channel, commit, time })}`,
  );
  return `{\n  "version": 1,\n  "releases": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

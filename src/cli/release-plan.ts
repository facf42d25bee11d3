import { join } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { NO_COMMIT, readCommit } from '../build/index.ts';
import type { FileSystem, Host } from '../host/index.ts';
import { type GitOptions, taggedCommit } from '../release/index.ts';
import {
  isSameRelease,
  LEDGER_FILE,
  type Ledger,
  ledgerProblems,
  ledgerTextWith,
  MAX_NUMBER,
  namesOf,
  numberOf,
  parseLedger,
  parseSemanticVersion,
  refusals,
  type SemanticVersion,
  type VersionCode,
  type VersionNames,
} from '../versions/index.ts';
import type { CliCode } from './diagnostics.ts';

/** What a release is called, and what is known of those before it. */
export interface ReleasePlan {
  readonly names: VersionNames;
  readonly ledger: Ledger;
  /** That is checked out; absent outside git. */
  readonly commit?: string;
  /** Why it cannot be released under this name. */
  readonly refusals: readonly Diagnostic[];
  /** The ledger says already that it was released, from this commit. */
  readonly isRepeated: boolean;
}

export interface PlanOptions {
  readonly host: Host;
  readonly root: string | undefined;
  readonly version: string;
  readonly channel: string | undefined;
}

/** Names a release by its version and BUILD_NUMBER, and asks the ledger and git's tags. */
export async function planRelease(options: PlanOptions): Promise<Result<ReleasePlan, readonly Diagnostic[]>> {
  const { host, root, channel } = options;
  const version = parseSemanticVersion(options.version);
  if (!version) return fail([badVersion(options.version)]);
  if (channel !== undefined && !CHANNEL.test(channel)) return fail([badChannel(channel)]);
  const number = chosenNumber(version, host.env.variables.BUILD_NUMBER);
  if (typeof number !== 'number') return fail([number]);
  const ledger = parseLedger(root === undefined ? undefined : ledgerText(host, root));
  if (!ledger.ok) return fail([ledger.failure]);
  const broken = ledgerProblems(ledger.value);
  if (broken.length > 0) return fail(broken);
  const names = namesOf({ version, number, channel });
  const { processes, env } = host;
  const git = root === undefined ? undefined : { processes, variables: env.variables, root };
  const commit = git && (await headCommit(host.fs, git));
  const tagged = git && (await taggedCommit(git, version.text));
  const candidate = { names, commit, tagged };
  return ok({
    names,
    ledger: ledger.value,
    ...(commit === undefined ? {} : { commit }),
    refusals: refusals(ledger.value, candidate),
    isRepeated: ledger.value.releases.some((release) => isSameRelease(release, candidate)),
  });
}

const CHANNEL = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/;

function problem(code: VersionCode | CliCode, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'input' };
}

function badVersion(text: string): Diagnostic {
  const message = `\`${text}\` is not a semantic version`;
  return problem('cli/bad-release-version', message, 'for example: mobileops release v1.0.0 "First release"');
}

function badChannel(text: string): Diagnostic {
  const hint = 'small letters, digits, dots and dashes: stable, beta, 1.x';
  return problem('version/bad-channel', `\`${text}\` is not a name of a channel`, hint);
}

/** BUILD_NUMBER, which whoever runs the release is free to count by himself, or else the version's own number. */
function chosenNumber(version: SemanticVersion, given: string | undefined): number | Diagnostic {
  if (given === undefined || given === '') {
    const number = numberOf(version);
    if (typeof number === 'number') return number;
    return problem('version/no-number', `${version.text} has no number: ${number}`, 'set BUILD_NUMBER');
  }
  if (!/^[1-9]\d*$/.test(given))
    return problem(
      'cli/bad-variable',
      `BUILD_NUMBER cannot be \`${given}\``,
      'a whole number from 1, for example 42',
    );
  if (Number(given) <= MAX_NUMBER) return Number(given);
  const message = `BUILD_NUMBER is ${given}, and the greatest version code is ${MAX_NUMBER}`;
  return problem(
    'version/number-too-large',
    message,
    'set a smaller one, or none: the version has a number of its own',
  );
}

export function ledgerText({ fs }: Host, root: string): string | undefined {
  return fs.readTextIfExists(join(root, LEDGER_FILE));
}

async function headCommit(fs: FileSystem, git: GitOptions): Promise<string | undefined> {
  const { hash } = await readCommit({ fs, ...git });
  return hash === NO_COMMIT.hash ? undefined : hash;
}

/** Writes the release into the ledger. Read again first: another release may have ended meanwhile. */
export function recordRelease(
  host: Host,
  root: string,
  { names, commit, time }: { readonly names: VersionNames; readonly commit: string; readonly time: string },
): readonly Diagnostic[] {
  const ledger = parseLedger(ledgerText(host, root));
  if (!ledger.ok) return [ledger.failure];
  const candidate = { names, commit, tagged: undefined };
  const refused = refusals(ledger.value, candidate);
  if (refused.length > 0) return refused;
  if (ledger.value.releases.some((release) => isSameRelease(release, candidate))) return [];
  const { version, number, channel } = names;
  const text = ledgerTextWith(ledger.value, { version, number, channel, commit, time });
  host.fs.replaceFile(join(root, LEDGER_FILE), text);
  return [];
}

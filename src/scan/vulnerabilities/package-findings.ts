import { compareTexts } from '../../base/index.ts';
import { normalizeName, type Package, parsePackageUrl, versionOrder } from '../../packages/index.ts';
import type { Finding } from '../model.ts';
import {
  cvssScore,
  SEVERITIES,
  type Severity,
  severityOfScore,
  severityOfWord,
} from '../severity/severity.ts';
import type { Advisory } from './advisory.ts';
import type { VulnerabilityDatabase } from './database-file.ts';
import { distributionPackage } from './distribution-package.ts';
import { affecting, type Match } from './matching.ts';

/** The known vulnerabilities of a package: one finding for all advisories that call each other aliases. */
export function packageFindings(item: Package, database: VulnerabilityDatabase): readonly Finding[] {
  return fixableFindings(item, database).map(({ finding }) => finding);
}

export interface FixableFinding {
  readonly finding: Finding;
  /** The lowest version that is free of it, as far as its advisories say. */
  readonly fixed?: string;
}

export function fixableFindings(item: Package, database: VulnerabilityDatabase): readonly FixableFinding[] {
  const { suite, name, version } = advisorySubject(item);
  const advisories = database.advisories(suite, name);
  if (advisories.length === 0) return [];
  const matches = affecting(item.ecosystem, version, advisories);
  return groups(matches).map((group) => {
    const fixed = fixedOf(item, group);
    return { finding: findingOf(item, group, fixed), ...(fixed === undefined ? {} : { fixed }) };
  });
}

/** What advisories call the package: distributions speak of source packages. */
function advisorySubject({ ecosystem, name, version, purl }: Package): {
  readonly suite: string;
  readonly name: string;
  readonly version: string;
} {
  if (ecosystem !== 'Debian' && ecosystem !== 'Ubuntu')
    return { suite: '', name: normalizeName(ecosystem, name), version };
  const { suite = '', source } = distributionPackage(ecosystem, parsePackageUrl(purl)?.qualifiers ?? {});
  return {
    suite,
    name: normalizeName(ecosystem, source?.name ?? name),
    version: source?.version ?? version,
  };
}

/** Matches that share an identifier, by whichever way; `related` records are others. */
function groups(matches: readonly Match[]): readonly (readonly Match[])[] {
  const found: { ids: Set<string>; matches: Match[] }[] = [];
  for (const match of matches) {
    const ids = identifiers(match.advisory);
    const joined = found.filter((group) => ids.some((id) => group.ids.has(id)));
    const whole = { ids: new Set(ids), matches: [match] };
    for (const group of joined) {
      for (const id of group.ids) whole.ids.add(id);
      whole.matches.unshift(...group.matches);
      found.splice(found.indexOf(group), 1);
    }
    found.push(whole);
  }
  return found.map((group) => group.matches);
}

/** One that is about a single other is the same as it. */
function identifiers({ id, aliases, upstream }: Advisory): readonly string[] {
  return [id, ...aliases, ...(upstream.length === 1 ? upstream : [])];
}

/** The identifier that people look up first. */
const PREFERRED = [/^MAL-/, /^GHSA-/, /^(?!CVE-)/];

function findingOf(item: Package, group: readonly Match[], fixed: string | undefined): Finding {
  const advisories = group.map(({ advisory }) => advisory);
  const own = advisories.map(({ id }) => id).sort(compareTexts);
  const id = PREFERRED.map((pattern) => own.find((each) => pattern.test(each))).find(Boolean) ?? own[0]!;
  const aliases = [...new Set(advisories.flatMap(identifiers))].filter((each) => each !== id);
  const scores = advisories.flatMap(({ vector }) => cvssScore(vector ?? '') ?? []);
  const score = scores.length === 0 ? undefined : Math.max(...scores);
  const summary = advisories.find((each) => each.summary !== undefined)?.summary;
  const [path] = item.places;
  return {
    id,
    aliases: aliases.sort(compareTexts),
    kind: 'vulnerability',
    severity: severityOf(advisories, score),
    ...(score === undefined ? {} : { score }),
    title: `${item.name} ${item.version}: ${summary ?? 'known vulnerability'}`,
    subject: item.purl,
    ...(path === undefined ? {} : { place: { path } }),
    remedy: fixed === undefined ? 'no version is known that mends it' : `update to ${fixed} or newer`,
  };
}

/** The worst that is said of it. A package that was made to do harm is critical, though nobody scores it. */
function severityOf(advisories: readonly Advisory[], score: number | undefined): Severity {
  if (advisories.some(({ id }) => id.startsWith('MAL-'))) return 'critical';
  if (score !== undefined) return severityOfScore(score);
  const words = advisories.map(({ word }) => severityOfWord(word ?? ''));
  return SEVERITIES.find((each) => words.includes(each)) ?? 'unknown';
}

/** The lowest version that is free of all of them, as far as they say. */
function fixedOf({ ecosystem }: Package, group: readonly Match[]): string | undefined {
  const { parse, compare } = versionOrder(ecosystem);
  const fixed = group.map((match) => match.fixed).filter((each) => each !== undefined);
  return fixed.sort((a, b) => compare(parse(a), parse(b))).at(-1);
}

/** osv-scanner beside us: random versions of the packages that a database knows, as one bill of materials. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXPORTED } from '../bench/supply-chain/advisories.ts';
import { bytesSource, zipMembers } from '../src/archives/index.ts';
import {
  type Ecosystem,
  normalizeName,
  type Package,
  packageOfPurl,
  packagePurl,
  parsePackageUrl,
} from '../src/packages/index.ts';
import { type DatabasePlaces, findDatabase } from '../src/scan/vulnerabilities/databases.ts';
import { packageFindings } from '../src/scan/vulnerabilities/package-findings.ts';

export interface Sample {
  readonly purl: string;
  /** Identifiers of the records that affect it, those that are the same vulnerability together; sorted. */
  readonly groups: readonly (readonly string[])[];
}

interface Affected {
  readonly name: string;
  readonly versions: readonly string[];
}

/** The packages of an export with all versions that a record says something of. */
export function affectedPackages(zip: string, ecosystem: Ecosystem): readonly Affected[] {
  const members = zipMembers(bytesSource(readFileSync(zip)), { maxMemberBytes: 2 ** 26 });
  if (!members.ok) throw new Error(members.failure);
  const found = new Map<string, Set<string>>();
  for (const member of members.value) {
    const text = member.read();
    if (!text.ok) throw new Error(text.failure);
    for (const { package: item, versions = [], ranges = [] } of JSON.parse(text.value.toString()).affected ??
      []) {
      if (item?.ecosystem !== ecosystem) continue;
      const known = found.get(item.name) ?? new Set<string>();
      found.set(item.name, known);
      for (const version of versions) known.add(version);
      for (const { type, events } of ranges)
        if (type !== 'GIT')
          for (const event of events) for (const version of Object.values(event)) known.add(String(version));
    }
  }
  return [...found].map(([name, versions]) => ({
    name,
    versions: [...versions].filter((each) => each !== '0'),
  }));
}

/** The same numbers in each run. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Versions that records name, and some beside them, where ranges begin and end. */
export function randomPurls(zips: string, count: number, random: () => number): readonly string[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const packages = EXPORTED.flatMap((ecosystem) =>
    affectedPackages(join(zips, ecosystem, 'all.zip'), ecosystem).map((each) => ({ ecosystem, ...each })),
  ).filter(({ versions }) => versions.length > 0);
  const purls = new Set<string>();
  while (purls.size < count) {
    const { ecosystem, name, versions } = pick(packages);
    const version = random() < 0.7 ? pick(versions) : beside(pick(versions), random);
    if (/^[0-9][0-9A-Za-z.+_-]*$/.test(version)) purls.add(packagePurl({ ecosystem, name, version }));
  }
  return [...purls].sort();
}

/** One of its numbers is another one. */
function beside(version: string, random: () => number): string {
  const numbers = [...version.matchAll(/\d+/g)];
  const chosen = numbers[Math.floor(random() * Math.min(3, numbers.length))];
  if (!chosen) return version;
  const other = Math.max(0, Number(chosen[0]) + (random() < 0.5 ? 1 : -1));
  return version.slice(0, chosen.index) + other + version.slice(chosen.index + chosen[0].length);
}

/**
 * What osv-scanner says of each, without a network. Version 2.5.0 looks at no range behind one of commits, and does not normalise the
 * names of Python's records, so the export is to have neither. It ends with 127 where it has no database, though its JSON looks
 * clean.
 */
export function osvScannerSays(program: string, zips: string, purls: readonly string[]): readonly Sample[] {
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-osv-'));
  mkdirSync(join(folder, 'osv-scalibr'));
  for (const ecosystem of EXPORTED)
    symlinkSync(join(zips, ecosystem), join(folder, 'osv-scalibr', ecosystem));
  const components = purls.map((purl) => {
    const { name, version } = packageOfPurl(parsePackageUrl(purl)!)!;
    return { type: 'library', name, version, purl };
  });
  writeFileSync(
    join(folder, 'bom.cdx.json'),
    JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, components }),
  );
  const done = spawnSync(
    program,
    [
      'scan',
      'source',
      '--offline',
      '--local-db-path',
      folder,
      '--format',
      'json',
      '-L',
      join(folder, 'bom.cdx.json'),
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  if (done.status !== 0 && done.status !== 1)
    throw new Error(`osv-scanner ended with ${done.status}: ${done.stderr}`);
  const groups = new Map<string, (readonly string[])[]>();
  for (const { package: item, groups: found } of JSON.parse(done.stdout).results.flatMap(
    (each: { packages: unknown[] }) => each.packages,
  )) {
    const purl = packagePurl(item);
    groups.set(
      purl,
      found.map(({ ids }: { ids: string[] }) => [...ids].sort()),
    );
  }
  return purls.map((purl) => ({ purl, groups: sortedGroups(groups.get(purl) ?? []) }));
}

export function sortedGroups(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...groups].sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

/** What we say of each, with the databases of a folder. */
export function weSay(places: DatabasePlaces, purls: readonly string[]): readonly Sample[] {
  return purls.map((purl) => {
    const { ecosystem, name, version } = packageOfPurl(parsePackageUrl(purl)!)!;
    const database = findDatabase(places, ecosystem);
    if (!database.ok || !database.value) throw new Error(`no database for ${ecosystem}`);
    const item: Package = { purl, ecosystem, name, version, scopes: ['run'], places: [] };
    const records = new Set(
      database.value.advisories('', normalizeName(ecosystem, name)).map(({ id }) => id),
    );
    const groups = packageFindings(item, database.value).map(({ id, aliases }) =>
      [id, ...aliases].filter((each) => records.has(each)).sort(),
    );
    return { purl, groups: sortedGroups(groups) };
  });
}

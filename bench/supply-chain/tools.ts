import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installGoPrograms } from '../images/peers.ts';
import { ourProgram } from '../tools/ours.ts';
import { exportOfSnapshot, OSV_SCANNER } from './advisories.ts';

export type Job = 'sbom' | 'scan';

export interface JobPlace {
  /** With the lock. */
  readonly folder: string;
  /** What the tool writes. */
  readonly out: string;
}

/** A program that lists packages or looks for what is wrong with them. */
export interface SupplyTool {
  readonly name: string;
  readonly job: Job;
  readonly version: () => string;
  /** Why it cannot run. */
  readonly missing: () => string | undefined;
  readonly argv: (place: JobPlace) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How many packages its result names: all have to be there. */
  readonly packages: (place: JobPlace) => number;
}

const ROOT = join(import.meta.dirname, '..', '..');
const SYFT = { module: 'github.com/anchore/syft', version: 'v1.57.1', packages: ['cmd/syft'] };

const goProgram = (name: string): string => join(installGoPrograms([SYFT, OSV_SCANNER]), name);

function ours(name: string, format: 'spdx' | 'cyclonedx'): SupplyTool {
  return {
    name,
    job: 'sbom',
    version: () => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
    missing: () => undefined,
    argv: ({ folder, out }) => [
      ...[process.execPath, ourProgram(), 'sbom', join(folder, 'package-lock.json')],
      ...['--quiet', '--format', format, '--output', out],
    ],
    packages: ({ out }) => purls(out),
  };
}

export const SUPPLY_TOOLS: readonly SupplyTool[] = [
  ours('ours', 'spdx'),
  ours('ours-cyclonedx', 'cyclonedx'),
  {
    name: 'syft',
    job: 'sbom',
    version: () => SYFT.version,
    missing: () =>
      existsSync(goProgram('syft')) ? undefined : 'it could not be built: go is missing, or its proxy',
    argv: ({ folder, out }) => [goProgram('syft'), 'scan', '-q', `dir:${folder}`, '-o', `spdx-json=${out}`],
    // It leaves out what only development needs unless it is told not to.
    env: { SYFT_CHECK_FOR_APP_UPDATE: 'false', SYFT_JAVASCRIPT_INCLUDE_DEV_DEPENDENCIES: 'true' },
    packages: ({ out }) => purls(out),
  },
  {
    name: 'ours-scan',
    job: 'scan',
    version: () => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
    missing: () => undefined,
    argv: ({ folder, out }) => [
      ...[
        process.execPath,
        ourProgram(),
        'scan',
        join(folder, 'package-lock.json'),
        '--quiet',
        '--format',
        'json',
      ],
      ...['--output', out, '--database', advisories().ours, '--max-age', '36500'],
    ],
    packages: ({ out }) => JSON.parse(readFileSync(out, 'utf8')).packages,
  },
  {
    name: 'osv-scanner',
    job: 'scan',
    version: () => OSV_SCANNER.version,
    missing: () =>
      existsSync(goProgram('osv-scanner')) ? undefined : 'it could not be built: go is missing, or its proxy',
    argv: ({ folder, out }) => [
      ...[goProgram('osv-scanner'), 'scan', 'source', '--offline', '--local-db-path', advisories().theirs],
      ...[
        '--all-packages',
        '--format',
        'json',
        '--output-file',
        out,
        '-L',
        join(folder, 'package-lock.json'),
      ],
    ],
    packages: ({ out }) => listed(out),
  },
];

let made: { readonly ours: string; readonly theirs: string } | undefined;

/** The same advisories for both, those that come with us, each in the form that it reads. */
function advisories(): { readonly ours: string; readonly theirs: string } {
  if (made) return made;
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-advisories-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const theirs = join(folder, 'theirs');
  const zips = exportOfSnapshot(join(theirs, 'osv-scalibr'));
  const ours = join(folder, 'ours');
  const update = [ourProgram(), 'scan', '--update', '--ecosystem', 'npm', '--from', zips, '--database', ours];
  execFileSync(process.execPath, update, { stdio: 'ignore' });
  made = { ours, theirs };
  return made;
}

/** Every package that it looked at. */
function listed(path: string): number {
  const { results }: { results: { packages: unknown[] }[] } = JSON.parse(readFileSync(path, 'utf8'));
  return results.flatMap(({ packages }) => packages).length;
}

/** Each package of npm once, in either format. */
function purls(path: string): number {
  return new Set(readFileSync(path, 'utf8').match(/pkg:npm\/[^"?#]+/g)).size;
}

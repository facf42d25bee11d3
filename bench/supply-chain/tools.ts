import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installGoPrograms } from '../images/peers.ts';
import { ourProgram } from '../tools/ours.ts';

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

const goProgram = (name: string): string => join(installGoPrograms([SYFT]), name);

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
];

/** Each package of npm once, in either format. */
function purls(path: string): number {
  return new Set(readFileSync(path, 'utf8').match(/pkg:npm\/[^"?#]+/g)).size;
}

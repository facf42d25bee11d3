import type { Diagnostic, Digest } from '../base/index.ts';
import { LOCK_FILE } from './lockfile.ts';
import { markerHolds } from './marker.ts';
import type { LockedNodeEntry, LockedPythonPackage, Lockfile } from './model.ts';
import type { PackagePlace } from './package-place.ts';
import { fitsPlatform, formatPlatform } from './platform.ts';
import { bestWheel } from './wheel-tags.ts';

/** A locked file that is taken on this machine. */
export interface ChosenFile {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** Absent until the file was fetched, where the lock does not tell all of it. */
  readonly digest: Digest | undefined;
  readonly sha256?: string;
  readonly integrity?: string;
}

export interface ChosenNodeFile extends ChosenFile {
  readonly entry: LockedNodeEntry;
}

export interface Chosen<File> {
  readonly files: readonly File[];
  /** Packages that this machine needs and the lock has no file for. */
  readonly problems: readonly Diagnostic[];
}

export interface ChosenPython {
  readonly run: Chosen<ChosenFile>;
  /** What tests add. */
  readonly dev: Chosen<ChosenFile>;
}

/** The wheels of a component on this machine. */
export function choosePython(lock: Lockfile, label: string, place: PackagePlace): ChosenPython {
  const { run = [], dev = [] } = lock.python[label] ?? {};
  const own = applicable(run, place);
  const names = new Set(own.map(({ name }) => name));
  const added = applicable(dev, place).filter(({ name }) => !names.has(name));
  return {
    run: wheelsOf(lock, own, { place, what: label }),
    dev: wheelsOf(lock, added, { place, what: label }),
  };
}

/** The files of a tool on this machine; none where it is not for it. */
export function chooseTool(lock: Lockfile, name: string, place: PackagePlace): Chosen<ChosenFile> {
  const tool = lock.tools[name];
  const here = `${place.platform.os}-${place.platform.cpu}`;
  const files = (tool?.files ?? []).filter(({ platforms }) => platforms?.includes(here) ?? true);
  const packages = applicable(tool?.packages ?? [], place);
  const wheels = wheelsOf(lock, packages, { place, what: `the tool ${name}` });
  return {
    files: [...files.map((file) => ({ ...fileOf(file), digest: digestOf(file, place) })), ...wheels.files],
    problems: wheels.problems,
  };
}

/** The npm packages of a folder on this machine. */
export function chooseNode(lock: Lockfile, folder: string, place: PackagePlace): Chosen<ChosenNodeFile> {
  const fitting = (lock.node[folder]?.packages ?? []).filter((entry) => fitsPlatform(entry, place.platform));
  const files = fitting.flatMap((entry) => {
    const { name, version, integrity, sha256 } = entry;
    if (integrity === undefined && sha256 === undefined) return [];
    const file = `${name.slice(name.lastIndexOf('/') + 1)}-${version}.tgz`;
    const digest = digestOf(entry, place);
    return [{ ...fileOf({ name, version, file, integrity, sha256 }), digest, entry }];
  });
  const problems = fitting
    .filter(({ integrity, sha256 }) => integrity === undefined && sha256 === undefined)
    .map(({ name, version }) => noIntegrity(`${name} ${version}`, folder, place));
  return { files, problems };
}

/** Sizes and hashes that the lock tells, else those that an earlier fetch learned. */
export function digestOf(
  entry: { readonly sha256?: string | undefined; readonly sizeBytes?: number; readonly integrity?: string },
  { learned }: PackagePlace,
): Digest | undefined {
  const { sha256, sizeBytes, integrity } = entry;
  if (sha256 !== undefined && sizeBytes !== undefined) return { hash: sha256, sizeBytes };
  const key = integrity ?? sha256;
  const digest = key === undefined ? undefined : learned.get(key);
  return sha256 === undefined || digest?.hash === sha256 ? digest : undefined;
}

function fileOf(entry: {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256?: string | undefined;
  readonly integrity?: string | undefined;
}): Omit<ChosenFile, 'digest'> {
  const { name, version, file, sha256, integrity } = entry;
  return {
    name,
    version,
    file,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(integrity === undefined ? {} : { integrity }),
  };
}

function applicable(
  packages: readonly LockedPythonPackage[],
  { markers }: PackagePlace,
): readonly LockedPythonPackage[] {
  return packages.filter(({ marker }) => marker === undefined || markerHolds(marker, markers) === true);
}

interface WheelsFor {
  readonly place: PackagePlace;
  readonly what: string;
}

/** The first package of a resolution that this machine needs and has no wheel of. */
export function wheelProblem(
  resolved: { readonly packages: readonly LockedPythonPackage[]; readonly wheels: Lockfile['wheels'] },
  what: string,
  place: PackagePlace,
): Diagnostic | undefined {
  return wheelsOf(resolved, applicable(resolved.packages, place), { place, what }).problems[0];
}

function wheelsOf(
  lock: Pick<Lockfile, 'wheels'>,
  packages: readonly LockedPythonPackage[],
  { place, what }: WheelsFor,
): Chosen<ChosenFile> {
  const files: ChosenFile[] = [];
  const problems: Diagnostic[] = [];
  for (const { name, version } of packages) {
    const wheels = lock.wheels[`${name}==${version}`] ?? {};
    const file = bestWheel(Object.keys(wheels), place.wheels);
    if (file === undefined) {
      problems.push(noWheel(`${name} ${version}`, what, place));
      continue;
    }
    const [sha256 = '', size] = wheels[file]!.split(' ');
    const digest = digestOf({ sha256, ...(size === undefined ? {} : { sizeBytes: Number(size) }) }, place);
    files.push({ name, version, file, sha256, digest });
  }
  return { files, problems };
}

function noWheel(which: string, what: string, { wheels, platform }: PackagePlace): Diagnostic {
  const libc = platform.libc === 'glibc' && wheels.systemVersion ? ` ${wheels.systemVersion.join('.')}` : '';
  return {
    code: 'dependencies/no-wheel',
    severity: 'error',
    message: `${which} has no wheel for Python ${wheels.python} on ${formatPlatform(platform)}${libc} (for ${what})`,
    hint: 'build with a Python that it has a wheel for, or ask for a version that has one and run `mobileops deps lock`',
    path: LOCK_FILE,
    cause: 'environment',
  };
}

function noIntegrity(which: string, folder: string, { platform }: PackagePlace): Diagnostic {
  return {
    code: 'dependencies/unsupported-package',
    severity: 'error',
    message: `${which} is needed on ${formatPlatform(platform)} and ${folder}/package-lock.json has no integrity for it`,
    hint: 'write package-lock.json anew with an index that has the package, then run `mobileops deps lock`',
    path: LOCK_FILE,
    cause: 'environment',
  };
}

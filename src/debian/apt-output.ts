import { isPackageName, isPackageVersion } from './control.ts';

/** A file that apt would fetch. */
export interface PrintedUri {
  readonly uri: string;
  readonly sizeBytes: number;
}

/** Reads `apt-get --print-uris`: `'address' file size hash` a line; other lines are passed over. */
export function parsePrintedUris(text: string): readonly PrintedUri[] {
  return text.split('\n').flatMap((line): PrintedUri[] => {
    const match = /^'([^'\s]+)' \S+ (\d{1,15})(?: |$)/.exec(line);
    return match ? [{ uri: match[1]!, sizeBytes: Number(match[2]) }] : [];
  });
}

/** What apt would do with a package, in the order of its doing. */
export interface PlannedStep {
  readonly do: 'unpack' | 'configure' | 'remove';
  readonly name: string;
  readonly version: string;
}

const DOINGS: Readonly<Record<string, PlannedStep['do']>> = {
  Inst: 'unpack',
  Conf: 'configure',
  Remv: 'remove',
};

/** Reads `apt-get --simulate`; a package of another architecture keeps it in its name. */
export function parseSimulation(text: string): readonly PlannedStep[] {
  return text.split('\n').flatMap((line): PlannedStep[] => {
    const match = /^(Inst|Conf|Remv) (\S+) (?:\[[^\]]*\] ?)?(?:\((\S+)|$)/.exec(line);
    if (!match) return [];
    const [, doing, name, version = ''] = match;
    return isPackageName(name!.replace(/:[a-z0-9-]+$/, ''))
      ? [{ do: DOINGS[doing!]!, name: name!, version }]
      : [];
  });
}

export interface UnknownPackage {
  readonly name: string;
  readonly version?: string;
  /** Other packages or relations name it, but there is none. */
  readonly isOnlyNamed?: boolean;
}

/** Packages and versions that apt says it does not have. */
export function parseUnknown(text: string): readonly UnknownPackage[] {
  return text.split('\n').flatMap((line): UnknownPackage[] => {
    const version = /^E: Version [‘'](.+)['’] for [‘'](.+)['’] was not found$/.exec(line);
    if (version) return [{ name: version[2]!, version: version[1]! }];
    const named = /^E: Package [‘'](\S+)['’] has no installation candidate$/.exec(line);
    if (named) return [{ name: named[1]!, isOnlyNamed: true }];
    const name = /^E: Unable to locate package (\S+)$/.exec(line);
    return name ? [{ name: name[1]! }] : [];
  });
}

/** Packages that provide the one that `apt-cache showpkg` was asked for, by name. */
export function parseProviders(text: string): readonly string[] {
  const lines = /^Reverse Provides: *\n([\s\S]*)$/m.exec(text)?.[1]?.split('\n') ?? [];
  return [...new Set(lines.map((line) => line.split(' ')[0]!).filter(isPackageName))].sort();
}

/** `name` or `name=version`; else what is wrong with it. */
export function parseWanted(
  text: string,
): { readonly name: string; readonly version?: string } | { readonly problem: string } {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const version = equals < 0 ? undefined : text.slice(equals + 1);
  if (text.includes('/')) return { problem: 'the suite of every package is the image’s `from`' };
  if (/^[^=]*:/.test(text)) return { problem: 'the processor of every package is the image’s' };
  if (!isPackageName(name)) return { problem: 'this is no name of a package' };
  if (version !== undefined && !isPackageVersion(version))
    return { problem: 'this is no version of a package' };
  return version === undefined ? { name } : { name, version };
}

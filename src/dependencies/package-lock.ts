import type { Checked, Diagnostic } from '../base/index.ts';
import type { LockedNodeEntry, RequirementText } from './model.ts';
import { fitsPlatform, type HostPlatform, type PlatformLimits } from './platform.ts';

/** An entry of `package-lock.json` that must be fetched when it fits. */
export interface PackageLockEntry extends Omit<LockedNodeEntry, 'sha256' | 'sizeBytes'> {
  readonly fits: boolean;
}

interface RawEntry extends PlatformLimits {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/** Reads version 3 of npm's lock; packages from git, folders and addresses are refused by name. */
export function readPackageLock(
  text: RequirementText,
  platform: HostPlatform,
): Checked<readonly PackageLockEntry[]> {
  const lock = JSON.parse(text.text) as { lockfileVersion?: unknown; packages?: unknown };
  const problem = (message: string, hint: string): Diagnostic => ({
    code: 'dependencies/unsupported-package',
    severity: 'error',
    message,
    hint,
    path: text.path,
  });
  if (lock.lockfileVersion !== 3 || typeof lock.packages !== 'object' || lock.packages === null) {
    const hint = 'write it anew with npm 7 or newer: `npm install --package-lock-only --lockfile-version 3`';
    return { value: [], diagnostics: [problem('this package-lock.json is not of lockfileVersion 3', hint)] };
  }
  const value: PackageLockEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [path, raw] of Object.entries(lock.packages as Record<string, RawEntry>)) {
    if (path === '' || raw.inBundle === true) continue;
    const reason = refusalOf(path, raw, platform);
    if (reason === undefined) value.push(entryOf(path, raw, platform));
    else diagnostics.push(problem(`${path} ${reason}`, 'use a version that an index holds'));
  }
  return { value: value.sort((a, b) => (a.path < b.path ? -1 : 1)), diagnostics };
}

function refusalOf(path: string, raw: RawEntry, platform: HostPlatform): string | undefined {
  if (raw.link === true) return 'is a link to a folder';
  if (
    !/^(?:[^\s\\/]+\/)*node_modules\/(@[^\s\\/]+\/)?[^\s\\/]+$/.test(path) ||
    /(^|\/)\.\.?(\/|$)/.test(path)
  )
    return 'does not lie in node_modules';
  if (typeof raw.version !== 'string' || !/^\d[\w.+-]*$/.test(raw.version)) return 'has no exact version';
  if (raw.resolved !== undefined && !/^https?:\/\//.test(raw.resolved)) return 'does not come from an index';
  if (!hasIntegrity(raw) && fitsPlatform(raw, platform)) return 'has no strong integrity (sha512)';
  return undefined;
}

/** Of a package of another platform it is missed only there. */
function hasIntegrity(raw: RawEntry): boolean {
  return typeof raw.integrity === 'string' && /^sha(256|384|512)-/.test(raw.integrity);
}

function entryOf(path: string, raw: RawEntry, platform: HostPlatform): PackageLockEntry {
  const isOptional = raw.optional === true || raw.devOptional === true;
  return {
    path,
    name: raw.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: raw.version!,
    ...(hasIntegrity(raw) ? { integrity: raw.integrity!.split(/\s+/)[0]! } : {}),
    ...limitsOf(raw),
    fits: fitsPlatform(raw, platform),
    ...(raw.dev === true || raw.devOptional === true ? { isDevelopment: true as const } : {}),
    ...(isOptional ? { isOptional: true as const } : {}),
  };
}

function limitsOf({ os, cpu, libc }: RawEntry): PlatformLimits {
  return { ...(os ? { os } : {}), ...(cpu ? { cpu } : {}), ...(libc ? { libc } : {}) };
}

/** Whether the lock was made from this `package.json`: npm repeats its dependency fields in the entry `''`. */
export function packageLockHolds(manifest: RequirementText, lock: RequirementText): boolean {
  const root = (JSON.parse(lock.text) as { packages?: Record<string, Record<string, unknown>> }).packages?.[
    ''
  ];
  const wanted = JSON.parse(manifest.text) as Record<string, unknown>;
  if (!root) return false;
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].every(
    (field) => pairs(root[field]) === pairs(wanted[field]),
  );
}

function pairs(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '[]';
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

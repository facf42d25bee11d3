import { parseWanted } from './apt-output.ts';
import { isPackageName, isPackageVersion } from './control.ts';
import { isPoolPath } from './lock-packages.ts';
import { DISTRIBUTIONS, type LockedPackage, type LockedRoot } from './model.ts';

/** Takes what a lock file held; `undefined` for anything that `lockPackages` could not have given. */
export function parseLockedRoot(value: unknown): LockedRoot | undefined {
  if (!isRecord(value)) return undefined;
  const root = value as Partial<Record<keyof LockedRoot, unknown>>;
  const { locked, bootstrap, steps } = root;
  const isRequest =
    DISTRIBUTIONS.some((each) => each === root.distribution) &&
    isTextOf(root.suite, /^[a-z][a-z0-9-]{0,63}$/) &&
    isTextOf(root.architecture, /^[a-z0-9]{1,16}$/) &&
    typeof root.essential === 'boolean' &&
    typeof root.updates === 'boolean' &&
    isListOf(root.components, (each) => isTextOf(each, /^[a-z][a-z0-9-]{0,63}$/)) &&
    isListOf(root.packages, (each) => typeof each === 'string' && !('problem' in parseWanted(each)));
  if (!isRequest || !isListOf(locked, isLockedPackage)) return undefined;
  const names = new Set((locked as readonly LockedPackage[]).map(({ name }) => name));
  const isKnown = (name: unknown): boolean => typeof name === 'string' && names.has(name);
  const isWanting = ({ wants }: LockedPackage): boolean => wants === undefined || isListOf(wants, isKnown);
  if (!(locked as readonly LockedPackage[]).every(isWanting)) return undefined;
  if (names.size !== (locked as readonly unknown[]).length || !isListOf(bootstrap, isKnown)) return undefined;
  const isStep = (step: unknown): boolean =>
    isRecord(step) && (step.do === 'unpack' || step.do === 'configure') && isListOf(step.packages, isKnown);
  if (!isListOf(steps, isStep)) return undefined;
  const parsed = value as unknown as LockedRoot;
  const isWhole = (['unpack', 'configure'] as const).every((doing) => {
    const done = parsed.steps.flatMap((step) => (step.do === doing ? step.packages : []));
    return done.length === names.size && new Set(done).size === names.size;
  });
  return isWhole ? parsed : undefined;
}

function isLockedPackage(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { name, version, architecture, archive, path, sizeBytes, sha256 } = value;
  return (
    typeof name === 'string' &&
    isPackageName(name) &&
    typeof version === 'string' &&
    isPackageVersion(version) &&
    isTextOf(architecture, /^[a-z0-9]{1,16}$/) &&
    (archive === 'main' || archive === 'security') &&
    typeof path === 'string' &&
    isPoolPath(path) &&
    Number.isSafeInteger(sizeBytes) &&
    Number(sizeBytes) > 0 &&
    isTextOf(sha256, /^[0-9a-f]{64}$/)
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf = (value: unknown, isRight: (each: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every((each) => isRight(each));
const isTextOf = (value: unknown, pattern: RegExp): boolean =>
  typeof value === 'string' && pattern.test(value);

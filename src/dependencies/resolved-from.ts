import { sha256 } from '../base/index.ts';
import type { AndroidDependency } from '../config/index.ts';
import type { PackageRequest } from '../debian/index.ts';
import type { RegistryImage } from '../oci/index.ts';
import type {
  NodeFolder,
  Requirements,
  RequirementText,
  ResolvedFrom,
  TargetNeeds,
  ToolRequirement,
} from './model.ts';
import { requirementLines } from './requirement-lines.ts';

/** Parts of a Python section: the component's own list, each root file, the development file where tests run Python. */
export function pythonFrom(target: TargetNeeds, requirements: Requirements): ResolvedFrom {
  const development = developmentOf(target, requirements);
  const texts = [...requirements.constraints, ...(development === undefined ? [] : [development])];
  return {
    dependencies: sha256(target.python.requirements.map(({ value }) => value.trim()).join('\n')),
    ...Object.fromEntries(texts.map((text) => [text.path, requirementTextHash(text)])),
  };
}

export function hasPython(target: TargetNeeds, requirements: Requirements): boolean {
  if (target.python.requirements.length > 0) return true;
  return !target.isBuildOnly && developmentOf(target, requirements) !== undefined;
}

/** The development file, for a target whose tests run pytest. */
export function developmentOf(target: TargetNeeds, requirements: Requirements): RequirementText | undefined {
  return target.testTools?.includes('pytest') ? requirements.development : undefined;
}

/** Fields of `package.json` that npm resolves by; a changed script leaves the lock as it is. */
const RESOLVED_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
  'overrides',
  'workspaces',
];

export function nodeFrom(folder: NodeFolder): ResolvedFrom {
  const lock = folder.packageLock;
  return {
    'package.json': sha256(manifestPart(folder.manifest.text)),
    'package-lock.json': lock === undefined ? 'absent' : packageLockHash(lock.text),
  };
}

/** Line ends do not count. */
export function packageLockHash(text: string): string {
  return sha256(text.replaceAll('\r\n', '\n'));
}

/** The same value gives the same text, whatever the order of its keys. */
function manifestPart(text: string): string {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof manifest !== 'object' || manifest === null) return text;
  const parts = RESOLVED_FIELDS.map((name) => [name, (manifest as Record<string, unknown>)[name] ?? null]);
  return canonicalJson(parts);
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** Libraries by what they are for, as they are declared; their order is that of the class path. */
export function mavenFrom(target: TargetNeeds): ResolvedFrom {
  const lists = Map.groupBy(target.maven, ({ configuration, module }) =>
    module === undefined ? configuration : `${module}:${configuration}`,
  );
  return Object.fromEntries(
    [...lists].map(([name, own]) => [name, sha256(JSON.stringify(own.map(libraryText)))]),
  );
}

function libraryText({
  kind,
  coordinate,
  isStrict,
  isAlone,
  exclude,
  seenBy,
}: AndroidDependency): readonly unknown[] {
  const own = [kind, coordinate.value, isStrict, isAlone, [...exclude].sort()];
  return seenBy ? [...own, [...seenBy].sort()] : own;
}

export function imageFrom({ reference, platform }: RegistryImage): ResolvedFrom {
  return { reference, platform };
}

/** The order of packages and components does not count. */
export function rootFrom(request: PackageRequest): ResolvedFrom {
  const { distribution, suite, architecture, components, packages, essential, updates } = request;
  return {
    from: `${distribution}:${suite}`,
    architecture,
    components: [...components].sort().join(' '),
    packages: sha256([...packages].sort().join('\n')),
    essential: String(essential),
    updates: String(updates),
  };
}

export function toolFrom(tool: ToolRequirement): ResolvedFrom {
  return { version: [...tool.requirements].join(' ') };
}

/** Comments and empty lines do not count. */
function requirementTextHash(text: RequirementText): string {
  return sha256(
    requirementLines(text)
      .map(({ value }) => value)
      .join('\n'),
  );
}

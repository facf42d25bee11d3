import { assertNever } from '../base/index.ts';
import type { ComponentSpec, MobileSpec, PackageImageSpec, TargetSpec } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import type { RegistryImage } from '../oci/index.ts';
import { moduleFolders } from './android-folders.ts';
import { platformOf } from './android-platforms.ts';
import { androidTestTools, isOfTests } from './android-unit-tests.ts';
import { checkTools } from './checks/check-tools.ts';
import { gradleTools } from './gradle/index.ts';
import { type LockedUrl, type OutsideSettings, outsideNeeds, type PlatformNeeds } from './image/index.ts';
import { iosTools } from './ios/index.ts';
import { packageSet } from './packages/index.ts';
import type { PackageSet, SourceView, ToolName } from './rule.ts';
import { isPythonTest, testFilesOf } from './test-files.ts';

/** What must be at hand before a target can be planned: for locks, `prepare` and the toolchains. */
export interface TargetRequirements {
  /** What builds it, in a fixed order. */
  readonly tools: readonly ToolName[];
  /** What only its tests take beside. */
  readonly testTools?: readonly ToolName[];
  /** What measures its tests and checks its sources; it is built and tested without them, too. */
  readonly checkTools?: readonly ToolName[];
  /** It wants a Python environment: its own requirements and, for tests, the development ones. */
  readonly python: boolean;
  /** Folder with its `package.json`, relative to the workspace. */
  readonly nodeFolder?: string;
  /** Images of registries that it stands on or copies from, for all platforms. */
  readonly images?: readonly RegistryImage[];
  /** Files that it fetches, by their content. */
  readonly urls?: readonly LockedUrl[];
  /** Packages of a distribution that it is made of, for this machine's platform. */
  readonly packages?: PackageSet;
  /** The same for the other platforms of the workspace, which may be missing from the lock. */
  readonly otherPackages?: readonly PackageSet[];
  /** What an image takes for each architecture; absent where that is nothing. */
  readonly platforms?: Readonly<Record<string, PlatformNeeds>>;
}

const androidTools = ({ android }: MobileSpec): readonly ToolName[] => [
  ...(['java', 'r8', 'aapt2'] as const),
  ...(android ? [platformOf(android.compileSdk).tool] : []),
  'apksig',
  ...(android?.bundle ? (['bundletool'] as const) : []),
];

/** Kotlin's compiler is large, and most of what it compiles is known by its name. */
function androidAppRequirements(spec: MobileSpec, sources: SourceView | undefined): TargetRequirements {
  const paths = sources?.paths ?? [];
  const [own = [], ...modules] = moduleFolders(spec, paths).map((folder) => pathsBelow(paths, folder));
  const hasKotlin = [own, ...modules]
    .flat()
    .some((path) => /^(src\/[^/]+\/)?(java|kotlin)\/.*\.kt$/.test(path) && !isOfTests(path));
  const tools = [
    ...androidTools(spec),
    'manifest-merger' as const,
    ...(hasKotlin ? (['kotlin'] as const) : []),
  ];
  return { tools, ...testTools(androidTestTools(spec, own), tools), python: false };
}

function testTools(
  names: readonly ToolName[],
  tools: readonly ToolName[],
): { testTools?: readonly ToolName[] } {
  const others = names.filter((name) => !tools.includes(name));
  return others.length > 0 ? { testTools: others } : {};
}

function pathsBelow(paths: readonly string[], folder: string): string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

/** Which tools and packages a target needs; without its sources, as far as its declaration tells. */
export function requirementsOf(
  target: Pick<Target, 'directory' | 'spec'>,
  sources: SourceView | undefined,
  settings: OutsideSettings,
): TargetRequirements {
  const requirements = ownRequirements(target, sources, settings);
  const tools = checkTools(target.spec, sources?.paths ?? []);
  return tools.length > 0 ? { ...requirements, checkTools: tools } : requirements;
}

function ownRequirements(
  target: Pick<Target, 'directory' | 'spec'>,
  sources: SourceView | undefined,
  settings: OutsideSettings,
): TargetRequirements {
  const { spec, directory } = target;
  switch (spec.rule) {
    case 'component':
      return componentRequirements(spec, directory, sources);
    case 'scripts':
      return { tools: ['bash', 'shellcheck'], python: false };
    case 'pwa':
      return { tools: pwaTools(spec), python: false, nodeFolder: directory };
    case 'hybrid':
      return { tools: androidTools(spec), python: false };
    case 'image': {
      const { images, urls, platforms } = outsideNeeds(spec, sources, settings);
      const isAlone = Object.values(platforms).every((each) => each.images.length + each.runs.length === 0);
      return {
        tools: [],
        python: false,
        ...(images.length > 0 ? { images } : {}),
        ...(urls.length > 0 ? { urls } : {}),
        ...(isAlone ? {} : { platforms }),
      };
    }
    case 'packages':
      return packageRequirements(spec, settings);
    case 'android':
      if (spec.android) return androidAppRequirements(spec, sources);
      return { tools: gradleTools(sources), python: false };
    case 'ios':
      return { tools: iosTools(sources), python: false };
    default:
      return assertNever(spec);
  }
}

function pwaTools({ web }: MobileSpec): ToolName[] {
  return ['bash', 'node', 'npm', ...(web?.icon ? ['resvg' as const] : [])];
}

/** What is to be locked and fetched for an image of packages. */
function packageRequirements(
  spec: PackageImageSpec,
  { architecture: machine, architectures = [machine] }: OutsideSettings,
): TargetRequirements {
  const others = architectures.filter((each) => each !== machine);
  const runs = (architecture: string): readonly string[] => (spec.scripts === 'run' ? [architecture] : []);
  const platforms = architectures.map((each) => [each, { images: [], runs: runs(each) }] as const);
  return {
    tools: [],
    python: false,
    ...(architectures.includes(machine) ? { packages: packageSet(spec, machine) } : {}),
    ...(others.length > 0 ? { otherPackages: others.map((each) => packageSet(spec, each)) } : {}),
    platforms: Object.fromEntries(platforms),
  };
}

function componentRequirements(
  spec: ComponentSpec,
  directory: string,
  sources: SourceView | undefined,
): TargetRequirements {
  const paths = sources?.paths ?? [];
  const isNode = paths.includes('package.json');
  const commands = commandsOf(spec, sources);
  const hasPythonTests = testPathsOf(spec).some((path) =>
    sources ? testFilesOf(sources, path).some(isPythonTest) : isPythonTest(path),
  );
  const hasPackages = spec.dependencies.length > 0 || hasPythonTests;
  const python =
    hasPackages || /\bpython[\d.]*\b/.test(commands) || paths.some((path) => path.endsWith('.py'));
  const wanted: Readonly<Partial<Record<ToolName, boolean>>> = {
    bash: true,
    python,
    uv: spec.dependencies.length > 0,
    node: isNode || /\b(node|npm|npx)\b/.test(commands),
    npm: isNode || /\b(npm|npx)\b/.test(commands),
    make: /\bmake\b/.test(commands),
    cc: /\b(cc|gcc|g\+\+|c\+\+)(\s|$)/m.test(commands) || (/\bmake\b/.test(commands) && paths.some(isC)),
  };
  const tools = (Object.keys(wanted) as ToolName[]).filter((tool) => wanted[tool]);
  return {
    tools,
    ...testTools(hasPythonTests ? ['uv', 'pytest'] : [], tools),
    python,
    ...(isNode ? { nodeFolder: directory } : {}),
  };
}

const isC = (path: string): boolean => /\.(c|cc|cpp|cxx)$/.test(path);

function testPathsOf({ tests }: TargetSpec & ComponentSpec): string[] {
  return [tests.unit, tests.integration, tests.performance].flatMap((path) => (path ? [path.value] : []));
}

/** Everything that a shell or make would read: good enough to see which well-known tools are meant. */
function commandsOf(spec: ComponentSpec, sources: SourceView | undefined): string {
  const files = ['build.sh', 'Makefile'].map((path) => sources?.readText(path) ?? '');
  return [...spec.buildSteps.map(({ command }) => command.value), ...files].join('\n');
}

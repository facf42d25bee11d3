import { mavenModule } from '../base/index.ts';
import type { ModuleUse } from './android-model.ts';
import type { Shaped } from './check-shape.ts';
import type { AndroidDependency, LibraryConfiguration } from './model.ts';
import type { RawMobileBuild } from './shapes.ts';

type Raw = NonNullable<NonNullable<RawMobileBuild['spec']['android']>['dependencies']>;

/** What an app or one of its modules takes. */
export interface AndroidUses {
  readonly libraries: readonly AndroidDependency[];
  readonly uses: readonly ModuleUse[];
}

/** Libraries and modules in the order of the file, or problems with their places. */
export function dependenciesOf(
  raw: Raw,
  at: readonly (string | number)[],
  shaped: Shaped<RawMobileBuild>,
): AndroidUses {
  const uses: ModuleUse[] = [];
  const libraries = Object.entries(raw).flatMap(([key, list]) =>
    (list ?? []).flatMap((each, index) => {
      const configuration = key as LibraryConfiguration;
      const path = [...at, configuration, index];
      if (typeof each !== 'string' || !each.startsWith(':'))
        return dependencyOf(each, { configuration, path, shaped });
      uses.push(...moduleUse(each, { configuration, path, shaped }));
      return [];
    }),
  );
  checkVersions(libraries, shaped);
  return { libraries, uses };
}

function moduleUse(text: string, { configuration, path, shaped }: At): ModuleUse[] {
  const { locate, report } = shaped;
  const module = locate(text.slice(1), path);
  if (configuration === 'implementation' || configuration === 'api')
    return [{ module, isApi: configuration === 'api' }];
  report({
    code: 'config/bad-value',
    severity: 'error',
    message: `a module of the app is not taken by \`${configuration}\``,
    hint: /^(test|androidTest)/.test(configuration)
      ? 'tests see the modules that the app takes by `implementation` or `api`'
      : `write \`implementation: ["${text}"]\`, or \`api\` to give it on`,
    span: module.span,
  });
  return [];
}

interface At {
  readonly configuration: LibraryConfiguration;
  readonly path: readonly (string | number)[];
  readonly shaped: Shaped<RawMobileBuild>;
}

function dependencyOf(
  raw: NonNullable<Raw[LibraryConfiguration]>[number],
  { configuration, path, shaped }: At,
): AndroidDependency[] {
  const { locate, places, report } = shaped;
  if (typeof raw === 'string') {
    const plain = { configuration, kind: 'module', isStrict: raw.endsWith('!!'), isAlone: false } as const;
    return [{ ...plain, exclude: [], coordinate: locate(withoutMarks(raw), path) }];
  }
  const { module, platform, exclude, transitive } = raw;
  const written = module ?? platform;
  if (written === undefined || (module !== undefined && platform !== undefined)) {
    report({
      code: 'config/bad-value',
      severity: 'error',
      message: 'a dependency names either a `module` or a `platform`',
      hint: 'write `module: group:artifact:version`, or `platform: group:artifact:version` for a BOM',
      span: places.spanOf(path),
    });
    return [];
  }
  return [
    {
      configuration,
      kind: module === undefined ? 'platform' : 'module',
      coordinate: locate(withoutMarks(written), [...path, module === undefined ? 'platform' : 'module']),
      isStrict: written.endsWith('!!'),
      isAlone: !transitive,
      exclude,
    },
  ];
}

function withoutMarks(coordinate: string): string {
  return coordinate.replace(/!!$/, '');
}

/** A platform has a version of its own, and where there is none, every other library has. */
function checkVersions(all: readonly AndroidDependency[], { report }: Shaped<RawMobileBuild>): void {
  const hasPlatform = all.some(({ kind }) => kind === 'platform');
  for (const { kind, coordinate } of all) {
    const hasVersion = coordinate.value.split(':').length === 3;
    if (hasVersion || (kind === 'module' && hasPlatform)) continue;
    report({
      code: 'config/bad-value',
      severity: 'error',
      message:
        kind === 'platform'
          ? `the platform \`${coordinate.value}\` has no version`
          : `\`${coordinate.value}\` has no version, and the app has no platform that gives one`,
      hint: `write \`${coordinate.value}:<version>\``,
      span: coordinate.span,
    });
  }
}

/** A module has one version in all that is made of the app, so that two cannot both hold. */
export function checkHeld(all: readonly AndroidDependency[], { report }: Shaped<RawMobileBuild>): void {
  const held = new Map<string, AndroidDependency['coordinate']>();
  for (const { coordinate, isStrict } of all) {
    if (!isStrict) continue;
    const module = mavenModule(coordinate.value);
    const first = held.get(module);
    if (first === undefined) held.set(module, coordinate);
    else if (first.value !== coordinate.value)
      report({
        code: 'config/bad-value',
        severity: 'error',
        message: `\`${module}\` is held at two versions, \`${first.value}!!\` and \`${coordinate.value}!!\``,
        hint: 'take `!!` from one of them, or write the same version in both places',
        span: coordinate.span,
        related: [{ message: 'held here first', span: first.span }],
      });
  }
}

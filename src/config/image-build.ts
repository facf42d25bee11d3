import { nearest, type SourceFile } from '../base/index.ts';
import { type Parsed, type ParseOptions, parseKind, type Shaped } from './check-shape.ts';
import type { Declared } from './component-build.ts';
import { imageBuildShape, type RawImageBuild } from './image-shape.ts';
import type { ImagePath, PackageImageSpec } from './model.ts';
import { type DistributionName, SUITES, suiteOf } from './suites.ts';
import { checkUniqueNames, DEFAULT_TARGET_SETTINGS, durationMs } from './target-settings.ts';

/** Reads `docker/<name>.yaml` of kind ImageBuild. */
export function parseImageBuild(
  source: SourceFile,
  options: ParseOptions = {},
): Parsed<Declared<PackageImageSpec>> {
  return parseKind(source, { kind: 'ImageBuild', shape: imageBuildShape, build, ...options });
}

function build(shaped: Shaped<RawImageBuild>): Declared<PackageImageSpec> {
  const { metadata, spec } = shaped.raw;
  const { locate } = shaped;
  checkPackages(shaped);
  checkUniqueNames(spec.users, ['spec', 'users'], shaped);
  checkEssential(shaped);
  const { workdir, user, entrypoint, cmd, stopSignal, healthcheck } = spec;
  return {
    name: locate(metadata.name, ['metadata', 'name']),
    refusals: [],
    spec: {
      ...DEFAULT_TARGET_SETTINGS,
      rule: 'packages',
      from: locate(distributionOf(shaped), ['spec', 'from']),
      components: [...new Set(spec.components)],
      packages: spec.packages.map((each, index) => locate(each, ['spec', 'packages', index])),
      essential: spec.essential,
      updates: spec.updates,
      scripts: spec.scripts,
      users: spec.users.map(({ gid, home, shell, ...each }, index) => ({
        ...{ ...each, name: locate(each.name, ['spec', 'users', index, 'name']) },
        ...(gid === undefined ? {} : { gid }),
        ...(home === undefined ? {} : { home }),
        ...(shell === undefined ? {} : { shell }),
      })),
      paths: spec.paths.map((each, index) => pathOf(each, index, shaped)),
      container: {
        env: { ...spec.env },
        labels: { ...spec.labels },
        ...(workdir === undefined ? {} : { workdir }),
        ...(user === undefined ? {} : { user }),
        ...(entrypoint ? { entrypoint } : {}),
        ...(cmd ? { cmd } : {}),
        expose: spec.expose,
        volumes: spec.volumes,
        ...(stopSignal === undefined ? {} : { stopSignal }),
        ...(healthcheck ? { healthcheck: healthcheckOf(healthcheck) } : {}),
      },
    },
  };
}

function distributionOf({ raw, places, report }: Shaped<RawImageBuild>): PackageImageSpec['from']['value'] {
  const [distribution = '', release = ''] = raw.spec.from.split(':');
  const span = places.spanOf(['spec', 'from']);
  const unknown = (message: string, hint: string): void =>
    report({ code: 'config/unknown-value', severity: 'error', message, hint, span });
  if (!Object.hasOwn(SUITES, distribution)) {
    const near = nearest(distribution, Object.keys(SUITES));
    unknown(
      `images cannot be made of packages of \`${distribution}\``,
      near ? `did you mean \`${near}\`?` : `possible values: ${Object.keys(SUITES).join(', ')}`,
    );
    return { distribution: 'debian', suite: '' };
  }
  const found = suiteOf(distribution as DistributionName, release);
  if ('suite' in found) return { distribution: distribution as DistributionName, suite: found.suite };
  const list = `releases: ${found.known.join(', ')}`;
  const near = nearest(release, found.known);
  unknown(
    found.isMoving
      ? `\`${release}\` means another release with each new one`
      : `${distribution} has no release \`${release}\` that is known here`,
    near && !found.isMoving ? `did you mean \`${near}\`? ${list}` : list,
  );
  return { distribution: 'debian', suite: '' };
}

/** A package twice is a mistake where the versions differ, and a line too many where they do not. */
function checkPackages({ raw, places, report }: Shaped<RawImageBuild>): void {
  const first = new Map<string, number>();
  for (const [index, text] of raw.spec.packages.entries()) {
    const name = text.replace(/=.*$/, '');
    const before = first.get(name);
    if (before === undefined) first.set(name, index);
    else {
      report({
        code: 'config/duplicate-name',
        severity: 'error',
        message: `the package \`${name}\` stands twice in this list`,
        span: places.spanOf(['spec', 'packages', index]),
        related: [{ message: 'it stands here first', span: places.spanOf(['spec', 'packages', before]) }],
      });
    }
  }
}

function checkEssential({ raw, places, report }: Shaped<RawImageBuild>): void {
  const { essential, scripts, packages } = raw.spec;
  if (!essential && scripts === 'run') {
    report({
      code: 'config/bad-value',
      severity: 'error',
      message: 'without the essential packages there is nothing that maintainer scripts could run with',
      hint: 'write scripts: none, or leave `essential` out',
      span: places.spanOf(['spec', 'essential']),
    });
  }
  if (!essential && packages.length === 0) {
    report({
      code: 'config/missing-key',
      severity: 'error',
      message: 'the image would have no package at all',
      hint: 'name some under `packages`, or leave `essential` out',
      span: places.keySpanOf(['spec']),
    });
  }
}

function pathOf(
  raw: RawImageBuild['spec']['paths'][number],
  index: number,
  { locate }: Shaped<RawImageBuild>,
): ImagePath {
  const at = (key: string) => ['spec', 'paths', index, key];
  const owned = {
    path: locate(raw.path, at('path')),
    owner: locate(raw.owner, at('owner')),
    group: locate(raw.group, at('group')),
  };
  switch (raw.type) {
    case 'directory':
      return { type: 'directory', ...owned, mode: Number.parseInt(raw.mode, 8) };
    case 'link':
      return { type: 'link', ...owned, target: raw.target };
    case 'file':
      return {
        type: 'file',
        ...owned,
        mode: Number.parseInt(raw.mode, 8),
        source: locate(raw.source, at('source')),
      };
  }
}

function healthcheckOf(
  raw: NonNullable<RawImageBuild['spec']['healthcheck']>,
): NonNullable<PackageImageSpec['container']['healthcheck']> {
  const { command, interval, timeout, startPeriod, startInterval, retries } = raw;
  return {
    command,
    ...(interval === undefined ? {} : { intervalMs: durationMs(interval) }),
    ...(timeout === undefined ? {} : { timeoutMs: durationMs(timeout) }),
    ...(startPeriod === undefined ? {} : { startPeriodMs: durationMs(startPeriod) }),
    ...(startInterval === undefined ? {} : { startIntervalMs: durationMs(startInterval) }),
    ...(retries === undefined ? {} : { retries }),
  };
}

import { type SourceFile, withoutAbsent } from '../base/index.ts';
import { androidModules } from './android-modules.ts';
import { androidOf } from './android-settings.ts';
import { type Parsed, type ParseOptions, parseKind, type Shaped } from './check-shape.ts';
import type { Declared } from './component-build.ts';
import type { AssociatedApp, BridgeMethod, MobileSpec } from './model.ts';
import { mobileBuildShape, type RawMobileBuild } from './shapes.ts';
import { refusalsOf, targetSettings } from './target-settings.ts';

/** Reads `mobile/<name>/build.yaml`. */
export function parseMobileBuild(
  source: SourceFile,
  options: ParseOptions = {},
): Parsed<Declared<MobileSpec>> {
  return parseKind(source, { kind: 'MobileBuild', shape: mobileBuildShape, build, ...options });
}

function build(shaped: Shaped<RawMobileBuild>): Declared<MobileSpec> {
  const { metadata, spec } = shaped.raw;
  const { locate } = shaped;
  checkPlatformKeys(shaped);
  return {
    name: locate(metadata.name, ['metadata', 'name']),
    refusals: refusalsOf(spec, ['serve'], shaped),
    spec: {
      rule: spec.platform,
      ...targetSettings(spec, shaped),
      ...webOf(shaped),
      ...(spec.android ? androidKeys(spec.android, shaped) : {}),
      ...(spec.ios ? { ios: withoutAbsent(spec.ios) } : {}),
      ...(spec.gradle ? { gradle: withoutAbsent(spec.gradle) } : {}),
      ...(spec.site === undefined ? {} : { site: locate(spec.site, ['spec', 'site']) }),
      ...(spec.manifest ? { manifest: spec.manifest } : {}),
    },
  };
}

function androidKeys(
  raw: NonNullable<RawMobileBuild['spec']['android']>,
  shaped: Shaped<RawMobileBuild>,
): Pick<MobileSpec, 'android' | 'libraries'> {
  const { libraries, ...modules } = androidModules(raw, shaped);
  return {
    android: { ...androidOf(raw, shaped), ...modules },
    ...(raw.dependencies || libraries.length > 0 ? { libraries } : {}),
  };
}

function webOf({ raw, locate }: Shaped<RawMobileBuild>): Pick<MobileSpec, 'web'> {
  const { platform, web } = raw.spec;
  if (!web) return platform === 'pwa' ? { web: { script: 'build', output: 'dist' } } : {};
  const { icon, apps, bridge, ...rest } = web;
  return {
    web: {
      ...rest,
      ...(apps
        ? { apps: apps.map((each, index) => associatedApp(each, ['spec', 'web', 'apps', index], locate)) }
        : {}),
      ...(bridge ? { bridge: { module: bridge.module, methods: bridgeMethods(bridge.methods) } } : {}),
      ...(icon ? { icon: { ...icon, source: locate(icon.source, ['spec', 'web', 'icon', 'source']) } } : {}),
    },
  };
}

function bridgeMethods(
  methods: NonNullable<NonNullable<RawMobileBuild['spec']['web']>['bridge']>['methods'],
): BridgeMethod[] {
  return Object.entries(methods)
    .map(([name, { parameters, returns }]) => ({
      name,
      parameters: Object.entries(parameters).map(([each, type]) => ({ name: each, type })),
      ...(returns ? { returns } : {}),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function associatedApp(
  raw: NonNullable<NonNullable<RawMobileBuild['spec']['web']>['apps']>[number],
  path: readonly (string | number)[],
  locate: Shaped<RawMobileBuild>['locate'],
): AssociatedApp {
  if ('app' in raw) return { kind: 'target', app: locate(raw.app, [...path, 'app']) };
  if ('ios' in raw) return { kind: 'ios', appId: raw.ios };
  return { kind: 'android', applicationId: raw.android, certificates: raw.certificates };
}

type Platform = RawMobileBuild['spec']['platform'];
type PlatformKey = 'web' | 'site' | 'android' | 'gradle' | 'ios' | 'manifest';

/** Which platforms a key has a meaning for. */
const KEYS: Readonly<Record<PlatformKey, readonly Platform[]>> = {
  web: ['pwa'],
  site: ['hybrid'],
  android: ['android', 'hybrid'],
  gradle: ['android'],
  ios: ['ios'],
  manifest: ['pwa'],
};

function checkPlatformKeys({ raw, places, report }: Shaped<RawMobileBuild>): void {
  const { spec } = raw;
  for (const [key, platforms] of Object.entries(KEYS) as [PlatformKey, readonly Platform[]][]) {
    if (spec[key] === undefined || platforms.includes(spec.platform)) continue;
    report({
      code: 'config/unknown-key',
      severity: 'error',
      message: `the key \`${key}\` has no meaning for platform \`${spec.platform}\``,
      hint: `it belongs to ${platforms.join(', ')}`,
      span: places.keySpanOf(['spec', key]),
    });
  }
  if (spec.android && spec.gradle) {
    report({
      code: 'config/unknown-key',
      severity: 'error',
      message: 'an app is built either directly or by its own Gradle',
      hint: 'leave out `android`, or `gradle`',
      span: places.keySpanOf(['spec', 'gradle']),
    });
  }
  if (spec.platform !== 'hybrid') return;
  if (spec.android?.dependencies) {
    report({
      code: 'config/unknown-key',
      severity: 'error',
      message: 'a hybrid app takes no libraries: it is built from its site and one activity of ours',
      hint: 'make it an app of `platform: android`, or take `dependencies` out',
      span: places.keySpanOf(['spec', 'android', 'dependencies']),
    });
  }
  for (const key of ['site', 'android'] as const) {
    if (spec[key] !== undefined) continue;
    report({
      code: 'config/missing-key',
      severity: 'error',
      message: `the key \`${key}\` is missing`,
      hint:
        key === 'site'
          ? 'a hybrid app names the app whose site it shows: `site: app:webapp`'
          : 'a hybrid app has an `android` section with its applicationId',
      span: places.keySpanOf(['spec']),
    });
  }
}

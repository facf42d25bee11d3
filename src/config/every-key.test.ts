/**
 * No key is accepted that means nothing: for each one stands here who reads it, or by what it is answered. A new key
 * without an entry fails, and so does an entry whose reader has stopped to read.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type JsonSchema, jsonSchemas } from './json-schemas.ts';

const SOURCE = join(import.meta.dirname, '..');

/** `file word`: the file below `src/` that acts on the value, by the word with which it does. */
type Entry = string;

const HEAD: Readonly<Record<string, Entry>> = {
  apiVersion: 'config/check-shape.ts config/wrong-api-version',
  kind: 'config/check-shape.ts config/wrong-kind',
  'metadata.name': 'config/shapes.ts name()',
};

const TARGET: Readonly<Record<string, Entry>> = {
  'spec.needs': 'graph/build-graph.ts spec.needs',
  'spec.inputs': 'rules/input-sources.ts spec.inputs',
  'spec.env': 'rules/step.ts spec.env',
  'spec.network': 'rules/step.ts own.network',
  'spec.stamp': 'rules/step.ts own.stamp',
  'spec.resources.cpus': 'rules/step.ts resources.cpus',
  'spec.resources.memory': 'rules/step.ts resources.memoryBytes',
  'spec.timeout': 'rules/step.ts own.timeoutMs',
  'spec.cache': 'rules/step.ts own.cache',
};

/** What an app says for all its variants, and a variant for itself. */
const VARIANT: Readonly<Record<string, Entry>> = {
  'buildConfigField[].name': 'rules/android/app-code.ts name',
  'buildConfigField[].type': 'rules/android/app-code.ts type',
  'buildConfigField[].value': 'rules/android/app-code.ts from.value',
  'buildConfigField[].stamp': 'rules/android/app-code.ts from.stamp',
  'resValue[].type': 'rules/android/app-resources.ts type',
  'resValue[].name': 'rules/android/app-resources.ts name',
  'resValue[].value': 'rules/android/app-resources.ts value',
  manifestPlaceholders: 'rules/android/merge-manifest.ts variant.placeholders',
};

const ENTRIES: Readonly<Record<string, Readonly<Record<string, Entry>>>> = {
  'build-configuration': {
    ...HEAD,
    'spec.version': 'build/surroundings.ts configuration.version',
    'spec.buildEnvironment.baseImage': 'config/notes.ts baseImage',
    'spec.buildEnvironment.architecture': 'config/notes.ts architectures',
    'spec.buildEnvironment.timezone': 'build/surroundings.ts environment.timezone',
    'spec.buildEnvironment.locale': 'build/surroundings.ts environment.locale',
    'spec.dependencies.system': 'build/equip.ts system',
    'spec.dependencies.python': 'dependencies/requirements.ts dependencies.python',
    'spec.dependencies.node': 'workspace/load-workspace.ts dependencies.node',
    'spec.buildSteps[].name': 'workspace/load-workspace.ts name',
    'spec.buildSteps[].command': 'workspace/load-workspace.ts command.value',
    'spec.buildSteps[].uses': 'ci/pipeline.ts uses',
    'spec.buildSteps[].timeout': 'ci/pipeline.ts timeoutMs',
    'spec.artifacts[].name': 'rules/global-artifacts.ts name',
    'spec.artifacts[].type': "rules/global-artifacts.ts 'tarball'",
    'spec.artifacts[].path': 'rules/global-artifacts.ts artifact.path',
    'spec.artifacts[].compression': 'rules/global-artifacts.ts compression',
    'spec.artifacts[].registry': 'build/surroundings.ts registry',
    'spec.artifacts[].tags': 'rules/image/image-rule.ts tags',
    'spec.artifacts[].platforms': 'config/notes.ts platforms',
    'spec.artifacts[].signing': 'config/notes.ts signing',
    ...Object.fromEntries(
      [
        'codeQuality.enabled',
        'codeQuality.threshold',
        'testCoverage.enabled',
        'testCoverage.threshold',
        'securityScan.enabled',
        'performanceTest.enabled',
        'licences.enabled',
      ].map((key) => [`spec.quality.${key}`, `quality/judge.ts ${key}`]),
    ),
    'spec.quality.performanceTest.maxResponseTime': 'quality/judge.ts maxResponseTimeMs',
    'spec.quality.licences.allow': 'quality/gates/licences.ts allow',
    'spec.quality.licences.deny': 'quality/gates/licences.ts deny',
    'spec.quality.licences.allowUnknown': 'quality/gates/licences.ts allowUnknown',
    'spec.quality.exceptions[].gate': 'quality/gates/exceptions.ts gate',
    'spec.quality.exceptions[].target': 'quality/gates/exceptions.ts target',
    'spec.quality.exceptions[].reason': 'quality/gates/exceptions.ts reason',
    'spec.quality.exceptions[].expires': 'quality/gates/exceptions.ts expires',
    'spec.quality.exceptions[].by': 'quality/gates/exceptions.ts by',
    'spec.quality.securityScan.allowHighSeverity': 'cli/scan-report.ts allowHighSeverity',
    'spec.quality.securityScan.maxAge': 'config/scan-settings.ts maxAge',
    'spec.quality.securityScan.accept[].ecosystem': 'scan/vulnerabilities/database-verdict.ts ecosystem',
    'spec.quality.securityScan.accept[].coverage': 'scan/vulnerabilities/database-verdict.ts coverage',
    'spec.quality.securityScan.accept[].maxAge': 'scan/vulnerabilities/database-verdict.ts maxAgeDays',
    'spec.quality.securityScan.accept[].reason': 'scan/vulnerabilities/database-verdict.ts reason',
    'spec.quality.securityScan.ignore[].id': 'scan/ignore/apply-exceptions.ts id',
    'spec.quality.securityScan.ignore[].package': 'scan/ignore/apply-exceptions.ts package',
    'spec.quality.securityScan.ignore[].path': 'scan/ignore/apply-exceptions.ts path',
    'spec.quality.securityScan.ignore[].reason': 'scan/ignore/apply-exceptions.ts reason',
    'spec.quality.securityScan.ignore[].expires': 'scan/ignore/apply-exceptions.ts expires',
    'spec.imagePrefix': 'rules/image/image-rule.ts configuration.imagePrefix',
    'spec.runNetwork': 'rules/image/image-actions.ts configuration.runNetwork',
    'spec.sandboxRoot': 'config/build-configuration.ts config/not-supported',
  },
  'component-build': {
    ...HEAD,
    ...TARGET,
    'spec.outputs': 'rules/component/component-artifacts.ts spec.outputs',
    'spec.dependencies': 'build/wants.ts spec.dependencies',
    'spec.buildSteps[].name': 'rules/component/component-rule.ts name',
    'spec.buildSteps[].command': 'rules/component/component-rule.ts command.value',
    'spec.buildSteps[].env': 'rules/step.ts settings?.env',
    'spec.buildSteps[].network': 'rules/step.ts own.network',
    'spec.buildSteps[].stamp': 'rules/step.ts own.stamp',
    'spec.buildSteps[].timeout': 'rules/step.ts own.timeoutMs',
    'spec.buildSteps[].cache': 'rules/step.ts own.cache',
    'spec.buildSteps[].resources.cpus': 'rules/step.ts resources.cpus',
    'spec.buildSteps[].resources.memory': 'rules/step.ts resources.memoryBytes',
    'spec.buildSteps[].staging': 'rules/step.ts options.staging',
    'spec.tests.unit': "rules/component/component-rule.ts 'unit'",
    'spec.tests.integration': "rules/component/component-rule.ts 'integration'",
    'spec.tests.performance': "rules/component/component-rule.ts 'performance'",
    'spec.artifacts[].name': 'rules/component/component-artifacts.ts name',
    'spec.artifacts[].path': 'rules/component/component-artifacts.ts path.value',
    'spec.artifacts[].type': "rules/component/component-artifacts.ts type === 'tarball'",
    'spec.serve.command': 'tools/service/serve-load.ts settings.command',
    'spec.serve.port': 'tools/service/serve-load.ts port',
    'spec.serve.health': 'tools/service/serve-load.ts health',
    'spec.serve.paths': 'tools/service/serve-load.ts paths',
    'spec.serve.startTimeout': 'tools/service/serve-load.ts startTimeoutMs',
    'spec.serve.duration': 'tools/service/serve-load.ts durationMs',
    'spec.serve.connections': 'tools/service/serve-load.ts connections',
  },
  'image-build': {
    ...HEAD,
    'spec.from': 'config/image-build.ts distributionOf',
    'spec.components': 'debian/private-apt.ts place.components',
    'spec.packages': 'debian/lock-packages.ts request.packages',
    'spec.essential': 'debian/lock-packages.ts request.essential',
    'spec.scripts': 'config/image-build.ts spec.scripts',
    'spec.users[].name': 'debian/accounts.ts user.name',
    'spec.users[].uid': 'debian/accounts.ts user.uid',
    'spec.users[].gid': 'debian/accounts.ts user.gid',
    'spec.users[].home': 'debian/accounts.ts user.home',
    'spec.users[].shell': 'debian/accounts.ts user.shell',
    'spec.users[].groups': 'debian/accounts.ts user.groups',
    'spec.paths[].type': 'debian/root-paths.ts wanted.type',
    'spec.paths[].path': 'debian/root-paths.ts wanted.path',
    'spec.paths[].owner': 'debian/root-paths.ts wanted.owner',
    'spec.paths[].group': 'debian/root-paths.ts wanted.group',
    'spec.paths[].mode': 'debian/root-paths.ts wanted.mode',
    'spec.paths[].target': 'debian/root-paths.ts wanted.target',
    'spec.paths[].source': 'config/image-build.ts raw.source',
    'spec.env': 'debian/container-config.ts settings.env',
    'spec.labels': 'debian/container-config.ts settings.labels',
    'spec.workdir': 'debian/container-config.ts settings.workdir',
    'spec.user': 'debian/container-config.ts settings.user',
    'spec.entrypoint': 'debian/container-config.ts settings.entrypoint',
    'spec.cmd': 'debian/container-config.ts settings.cmd',
    'spec.expose': 'debian/container-config.ts settings.expose',
    'spec.volumes': 'debian/container-config.ts settings.volumes',
    'spec.stopSignal': 'debian/container-config.ts settings.stopSignal',
    'spec.updates': 'debian/mirrors.ts !updates',
    'spec.healthcheck.command': 'debian/container-config.ts check.command',
    'spec.healthcheck.interval': 'debian/container-config.ts check.intervalMs',
    'spec.healthcheck.timeout': 'debian/container-config.ts check.timeoutMs',
    'spec.healthcheck.startPeriod': 'debian/container-config.ts check.startPeriodMs',
    'spec.healthcheck.startInterval': 'debian/container-config.ts check.startIntervalMs',
    'spec.healthcheck.retries': 'debian/container-config.ts check.retries',
  },
  'mobile-build': {
    ...HEAD,
    ...TARGET,
    'spec.outputs': "rules/pwa/pwa-rule.ts 'outputs'",
    'spec.platform': 'rules/plan-target.ts spec.rule',
    'spec.web.script': 'rules/pwa/pwa-rule.ts web?.script',
    'spec.web.output': 'rules/pwa/pwa-rule.ts web?.output',
    'spec.web.address': 'cli/release/web-apps.ts web?.address',
    'spec.web.apps[].app': 'graph/associated-apps.ts named.app',
    'spec.web.apps[].android': 'config/mobile-build.ts raw.android',
    'spec.web.apps[].certificates': 'config/mobile-build.ts raw.certificates',
    'spec.web.apps[].ios': 'config/mobile-build.ts raw.ios',
    'spec.web.bridge.module': 'rules/pwa/pwa-rule.ts bridge.module',
    'spec.web.bridge.methods': 'rules/pwa/bridge-module.ts methods',
    'spec.web.offlinePage': 'rules/pwa/site-actions.ts offlinePage',
    'spec.web.contentSecurityPolicy': 'rules/pwa/site-actions.ts contentSecurityPolicy',
    'spec.web.icon.source': 'rules/pwa/site-actions.ts source.value',
    'spec.web.icon.background': 'rules/pwa/site-actions.ts background',
    'spec.web.icon.inset': 'rules/pwa/site-actions.ts inset',
    'spec.site': 'rules/hybrid/hybrid-rule.ts spec.site',
    'spec.android.applicationId': 'rules/hybrid/hybrid-rule.ts android.applicationId',
    ...Object.fromEntries(
      ['', 'buildTypes[].', 'flavors[].'].flatMap((at) => [
        ...Object.entries(VARIANT).map(([key, entry]) => [`spec.android.${at}${key}`, entry] as const),
      ]),
    ),
    ...Object.fromEntries(
      ['buildTypes[].', 'flavors[].'].flatMap((at) => [
        [`spec.android.${at}applicationIdSuffix`, 'rules/android/variant.ts applicationIdSuffix'],
        [`spec.android.${at}versionNameSuffix`, 'rules/android/variant.ts versionNameSuffix'],
      ]),
    ),
    'spec.android.resourceConfigurations': 'rules/android/app-resources.ts resourceConfigurations',
    'spec.android.variants': 'rules/android/variant.ts variants.map',
    'spec.android.testInstrumentationRunner':
      'rules/android/device-tests.ts android.testInstrumentationRunner',
    'spec.android.testInstrumentationRunnerArguments':
      'rules/android/device-tests.ts testInstrumentationRunnerArguments',
    'spec.android.buildTypes[].name': 'rules/android/variant.ts name',
    'spec.android.buildTypes[].minifyEnabled': 'rules/android/variant.ts type.minifyEnabled',
    'spec.android.buildTypes[].proguardFiles': 'rules/android/variant.ts type.proguardFiles',
    'spec.android.buildTypes[].debuggable': 'rules/android/variant.ts type.debuggable',
    'spec.android.buildTypes[].signing.storeFile': 'rules/android-signing.ts storeFile.value',
    'spec.android.buildTypes[].signing.keyAlias': 'rules/android-signing.ts keyAlias',
    'spec.android.buildTypes[].signing.kind': 'rules/android/variant.ts type.signing',
    'spec.android.flavors[].name': 'rules/android/variant.ts name',
    'spec.android.flavors[].dimension': 'rules/android/variant.ts dimension',
    'spec.android.flavors[].applicationId': "rules/android/variant.ts 'applicationId'",
    'spec.android.flavors[].versionCode': "rules/android/variant.ts 'versionCode'",
    'spec.android.flavors[].versionName': "rules/android/variant.ts 'versionName'",
    'spec.android.namespace': 'rules/android/app.ts android.namespace',
    'spec.android.directory': 'rules/android-folders.ts android.directory',
    'spec.android.modules[].name': 'config/android-modules.ts name',
    'spec.android.modules[].directory': 'rules/android/modules.ts each.directory',
    'spec.android.modules[].namespace': 'rules/android/modules.ts each.namespace',
    'spec.android.modules[].buildConfig': 'rules/android/module-code.ts settings.buildConfig',
    'spec.android.modules[].consumerProguardFiles': 'rules/android/shrink.ts settings.consumerProguardFiles',
    ...Object.fromEntries(
      Object.keys(VARIANT)
        .filter((key) => key.includes('['))
        .map((key) => [
          `spec.android.modules[].${key}`,
          key.startsWith('resValue')
            ? 'rules/android/module-code.ts settings.resValue'
            : 'rules/android/module-code.ts settings.buildConfigField',
        ]),
    ),
    'spec.android.bundle': 'rules/hybrid/hybrid-rule.ts android.bundle',
    'spec.android.label': 'rules/hybrid/hybrid-rule.ts android.label',
    'spec.android.compileSdk': 'rules/android-checks.ts platformOf(compileSdk)',
    'spec.android.minSdk': 'rules/hybrid/hybrid-rule.ts android.minSdk',
    'spec.android.targetSdk': 'rules/hybrid/hybrid-rule.ts android.targetSdk',
    'spec.android.versionCode': 'rules/hybrid/hybrid-rule.ts android.versionCode',
    'spec.android.versionName': 'rules/hybrid/hybrid-rule.ts android.versionName',
    'spec.android.signing.storeFile': 'rules/android-signing.ts storeFile',
    'spec.android.signing.keyAlias': 'rules/android-signing.ts keyAlias',
    'spec.android.deepLinks': 'rules/hybrid/hybrid-rule.ts android.deepLinks',
    'spec.android.signing.certificates': 'build/sign-artifact.ts certificates',
    'spec.android.signing.kind': 'rules/android-signing.ts signing.kind',
    'spec.gradle.module': 'rules/gradle/gradle-project.ts settings.module',
    'spec.gradle.variants': 'rules/gradle/gradle-rule.ts variants',
    'spec.gradle.bundle': 'rules/gradle/gradle-rule.ts bundle',
    'spec.gradle.home': 'rules/gradle/gradle-rule.ts home',
    'spec.gradle.arguments': 'rules/gradle/gradle-rule.ts settings.arguments',
    'spec.ios.project': 'rules/ios/ios-rule.ts project',
    'spec.ios.workspace': 'rules/ios/ios-rule.ts workspace',
    'spec.ios.scheme': 'rules/ios/ios-rule.ts scheme',
    'spec.ios.configuration': 'rules/ios/ios-rule.ts configuration',
    'spec.ios.device': 'rules/ios/ios-rule.ts device',
    'spec.ios.exportMethod': 'rules/ios/ios-rule.ts exportMethod',
    'spec.ios.teamId': 'rules/ios/ios-rule.ts teamId',
    'spec.ios.exportOptions': 'rules/ios/ios-rule.ts exportOptions',
    'spec.manifest': 'rules/pwa/site-actions.ts context.spec',
    ...Object.fromEntries(
      Object.entries({
        implementation: 'dependencies/classpaths.ts app(',
        api: 'dependencies/classpaths.ts app(',
        compileOnly: "dependencies/classpaths.ts 'compileOnly'",
        runtimeOnly: "dependencies/classpaths.ts 'runtimeOnly'",
        testImplementation: "dependencies/classpaths.ts 'testImplementation'",
        testCompileOnly: "dependencies/classpaths.ts 'testCompileOnly'",
        testRuntimeOnly: "dependencies/classpaths.ts 'testRuntimeOnly'",
        androidTestImplementation: "dependencies/classpaths.ts 'androidTestImplementation'",
        androidTestCompileOnly: "dependencies/classpaths.ts 'androidTestCompileOnly'",
        androidTestRuntimeOnly: "dependencies/classpaths.ts 'androidTestRuntimeOnly'",
      }).flatMap(([key, reader]) =>
        ['', ...(/^(test|androidTest)/.test(key) ? [] : ['modules[].'])].flatMap((at) => [
          [`spec.android.${at}dependencies.${key}[].module`, reader],
          [
            `spec.android.${at}dependencies.${key}[].platform`,
            "dependencies/resolve-classpath.ts 'platform'",
          ],
          [`spec.android.${at}dependencies.${key}[].exclude`, 'dependencies/coursier-graph.ts exclude'],
          [`spec.android.${at}dependencies.${key}[].transitive`, 'dependencies/coursier-graph.ts isAlone'],
        ]),
      ),
    ),
    'spec.serve': "config/mobile-build.ts refusalsOf(spec, ['serve'",
  },
};

/** Keys that hold no keys of ours. */
function leaves(schema: JsonSchema, path = ''): string[] {
  const properties = Object.entries(schema.properties ?? {});
  const options = [schema.items, ...(schema.items?.oneOf ?? []), ...(schema.items?.anyOf ?? [])].filter(
    (each) => each !== undefined,
  );
  const inner = [
    ...properties.flatMap(([key, each]) => leaves(each, path === '' ? key : `${path}.${key}`)),
    ...options.flatMap((each) => (each.properties ? leaves(each, `${path}[]`) : [])),
  ];
  return inner.length > 0 ? [...new Set(inner)] : [path];
}

for (const [file, schema] of Object.entries(jsonSchemas())) {
  const entries = ENTRIES[file.replace(/\.json$/, '')] ?? {};
  test(`every key of ${file} means something`, () => {
    assert.deepEqual(leaves(schema).sort(), Object.keys(entries).sort());
    for (const [key, entry] of Object.entries(entries)) {
      const [path, word] = [entry.slice(0, entry.indexOf(' ')), entry.slice(entry.indexOf(' ') + 1)];
      const reader = join(SOURCE, path);
      assert.ok(existsSync(reader), `${key}: no ${path}`);
      assert.ok(readFileSync(reader, 'utf8').includes(word), `${key}: ${path} does not read ${word}`);
    }
  });
}

import { z } from 'zod';
import { formatted } from './texts.ts';

const library = z.strictObject({
  module: formatted('mavenCoordinate').optional().describe('The library: `group:artifact:version`.'),
  platform: formatted('mavenCoordinate')
    .optional()
    .describe('In place of `module`: a BOM, `group:artifact:version`, that gives versions to libraries.'),
  exclude: z
    .array(formatted('mavenModule'))
    .default([])
    .describe(
      'Modules, `group:artifact`, that are left out of what the library asks for; `*` stands for all.',
    ),
  transitive: z.boolean().default(true).describe('`false` takes the library without what it asks for.'),
});

/** Of the app itself, or of one of its modules. */
const dependency = z.union([formatted('dependency'), library]);

const dependencies = (meaning: string) => z.array(dependency).optional().describe(meaning);

/** `dependencies` of a module of the app. */
export const moduleDependenciesShape = z
  .strictObject({
    implementation: dependencies(
      'Libraries and modules that the module is compiled with; who takes the module does not see them.',
    ),
    api: dependencies(
      'Libraries and modules that the module is compiled with, and with it whoever takes the module.',
    ),
    compileOnly: dependencies('Libraries that the module is compiled with and the app does not contain.'),
    runtimeOnly: dependencies('Libraries that the app contains and that nothing is compiled with.'),
  })
  .describe('What the module takes, as in `dependencies` of the app.');

/** `android.dependencies`, in Gradle's words. */
export const androidDependenciesShape = z
  .strictObject({
    implementation: dependencies('Libraries that the app is compiled with and contains.'),
    api: dependencies('The same as `implementation` for an app.'),
    compileOnly: dependencies('Libraries that the app is compiled with and does not contain.'),
    runtimeOnly: dependencies('Libraries that the app contains and is not compiled with.'),
    testImplementation: dependencies('Libraries that unit tests are compiled with and run with.'),
    testCompileOnly: dependencies('Libraries that unit tests are compiled with and run without.'),
    testRuntimeOnly: dependencies('Libraries that unit tests run with and are not compiled with.'),
    androidTestImplementation: dependencies(
      'Libraries that tests on a device are compiled with and run with. The APK of the tests has those that the app does not contain.',
    ),
    androidTestCompileOnly: dependencies(
      'Libraries that tests on a device are compiled with and run without.',
    ),
    androidTestRuntimeOnly: dependencies(
      'Libraries that tests on a device run with and are not compiled with.',
    ),
  })
  .describe(
    'Android: libraries by Maven coordinate, each `group:artifact:version` or a mapping with `module` or `platform`, and modules of the app, each as `:name`. `mobileops deps lock` resolves them by the rules of Gradle: the highest version wins, and `version!!` holds one.',
  );

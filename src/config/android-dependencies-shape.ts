import { z } from 'zod';
import { formatted } from './texts.ts';

const dependency = z.union([
  formatted('mavenCoordinate'),
  z.strictObject({
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
  }),
]);

const dependencies = (meaning: string) => z.array(dependency).optional().describe(meaning);

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
  })
  .describe(
    'Android: libraries by Maven coordinate, each `group:artifact:version` or a mapping with `module` or `platform`. `mobileops deps lock` resolves them by the rules of Gradle: the highest version wins, and `version!!` holds one.',
  );

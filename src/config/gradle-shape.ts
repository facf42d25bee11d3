import { z } from 'zod';
import { formatted, text } from './texts.ts';

/** The shape of `gradle:` in a MobileBuild: an app that its own Gradle builds. */
export const gradleShape = z
  .strictObject({
    module: z
      .string()
      .regex(/^:?[\w.-]+(:[\w.-]+)*$/, { error: 'name' })
      .optional()
      .describe('The application among the modules, `:app`; needed where there are several.'),
    variants: z
      .array(z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, { error: 'name' }))
      .min(1)
      .default(['release'])
      .describe(
        'What is built, in Gradle’s words: build types (`release`, for all flavors) or flavors with build types (`devRelease`).',
      ),
    bundle: z.boolean().default(false).describe('Whether bundles (AAB) are made beside APKs.'),
    home: formatted('path')
      .optional()
      .describe(
        'A folder of the app that is Gradle’s user home: its distribution below `wrapper/dists`, libraries below `caches`. Without network, nothing else is to be had.',
      ),
    arguments: z
      .array(text())
      .default([])
      .describe('Further arguments of Gradle: `-Pname=value`, `--stacktrace`.'),
  })
  .describe('`platform: android` in place of `android`: the app is built by its own `gradlew`.');

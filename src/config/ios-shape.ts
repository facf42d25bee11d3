import { z } from 'zod';
import { formatted, text } from './texts.ts';

/** The shape of `ios:` in a MobileBuild. */
export const iosShape = z
  .strictObject({
    project: formatted('path').optional().describe('The Xcode project: `MobileOps.xcodeproj`.'),
    workspace: formatted('path').optional().describe('In place of `project`: `MobileOps.xcworkspace`.'),
    scheme: text()
      .regex(/^[^-]/, { error: 'name' })
      .optional()
      .describe('The scheme; needed where no lane of a Fastfile does the work.'),
    configuration: text().default('Release').describe('The build configuration.'),
    device: text().default('iPhone 14').describe('The simulator that tests run on.'),
    exportMethod: z
      .enum(['app-store', 'ad-hoc', 'development', 'enterprise'])
      .default('app-store')
      .describe('What the IPA is for.'),
    teamId: z
      .string()
      .regex(/^[A-Z0-9]{10}$/, { error: 'name' })
      .optional()
      .describe('The team that signs.'),
    exportOptions: formatted('path')
      .optional()
      .describe(
        'A property list of export options, in place of the one made of `exportMethod` and `teamId`.',
      ),
  })
  .describe('iOS: how Xcode builds the app. Lanes of `fastlane/Fastfile` come first.');

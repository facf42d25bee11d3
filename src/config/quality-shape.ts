/** The gates of `mobileops check`, and what is let through them. */
import { z } from 'zod';
import { securityScanShape } from './scan-shape.ts';
import { formatted, text } from './texts.ts';

const threshold = (maximum: number, unit: string, standard: number) =>
  z.number().min(0).max(maximum).default(standard).describe(`The lowest value that passes, ${unit}.`);
const enabled = () => z.boolean().default(true).describe('Whether the gate counts.');
const licences = (what: string) =>
  z.array(text()).optional().describe(`SPDX identifiers of licences ${what}: MIT, Apache-2.0.`);

/** Gates that an exception may open; tests that fail have none. */
export const EXCEPTION_GATES = [
  'codeQuality',
  'testCoverage',
  'securityScan',
  'performanceTest',
  'licences',
  'sonarqube',
] as const;

const exceptions = z
  .array(
    z.strictObject({
      gate: z.enum(EXCEPTION_GATES).describe('The gate that is let through.'),
      target: text().optional().describe('For one target alone: its label. For all of them unless told.'),
      reason: text().describe('Why: it stands in every report, and in the evidence of a release.'),
      expires: formatted('date').describe(
        'The last day on which it counts. Afterwards `mobileops check` fails.',
      ),
      by: text().describe('Who answers for it.'),
    }),
  )
  .default([])
  .describe('What is red and let through all the same, for a time.');

export const qualityShape = z
  .strictObject({
    codeQuality: z
      .strictObject({ enabled: enabled(), threshold: threshold(10, '0 to 10', 8) })
      .optional()
      .describe('The score of the linters, for each target.'),
    testCoverage: z
      .strictObject({ enabled: enabled(), threshold: threshold(100, 'in percent of lines', 80) })
      .optional()
      .describe('How much of the code the tests run, for each target and for all of them together.'),
    securityScan: securityScanShape
      .optional()
      .describe(
        'Known vulnerabilities, secrets, models that run code, and what is wrong with images and apps.',
      ),
    performanceTest: z
      .strictObject({
        enabled: enabled(),
        maxResponseTime: formatted('duration')
          .default('200ms')
          .describe('The longest response time that passes, of 95 in 100 requests.'),
      })
      .optional()
      .describe('Response times of what components `serve`.'),
    licences: z
      .strictObject({
        enabled: enabled(),
        allow: licences('that pass; any that is not denied unless told'),
        deny: licences('that do not pass'),
        allowUnknown: z
          .boolean()
          .default(false)
          .describe('Whether a package without a known licence passes.'),
      })
      .optional()
      .describe('Licences of the packages that ship.'),
    exceptions,
  })
  .describe(
    'The gates of `mobileops check`. A gate that is absent does not count; without `quality` those for code, coverage, security and performance count with the values above.',
  );

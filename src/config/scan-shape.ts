import { z } from 'zod';
import { formatted, text } from './texts.ts';

const ecosystem = () => z.enum(['PyPI', 'npm', 'Maven', 'Debian', 'Ubuntu', 'Go', 'crates.io']);
const reason = () => text().describe('Why, for whoever reads it later.');

const accepted = z.strictObject({
  ecosystem: ecosystem().describe('The ecosystem whose advisories are meant.'),
  coverage: z
    .enum(['complete', 'partial', 'none'])
    .default('complete')
    .describe('What is taken: `partial` advisories with gaps, `none` that there are no advisories at all.'),
  maxAge: formatted('days').default('30d').describe('How old they may be.'),
  reason: reason(),
});

const ignored = z.strictObject({
  id: text().describe('The identifier of the finding, or one of its aliases: `CVE-2021-44228`.'),
  package: text().optional().describe('In this package alone: `name`, `name@version` or a purl.'),
  path: formatted('path').optional().describe('In files of this pattern alone.'),
  reason: reason(),
  expires: formatted('date').describe('The last day on which the entry counts.'),
});

export const securityScanShape = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the gate counts.'),
  allowHighSeverity: z.boolean().default(false).describe('Whether findings of high severity pass.'),
  maxAge: formatted('days').default('30d').describe('How old advisories may be for a verdict.'),
  accept: z
    .array(accepted)
    .default([])
    .describe('Advisories that are older than that, have gaps or are missing, and are taken all the same.'),
  ignore: z.array(ignored).default([]).describe('Findings that were looked at and may wait.'),
});

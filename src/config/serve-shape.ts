/** How a component is run as a service. */
import { z } from 'zod';
import { formatted, text } from './texts.ts';

export const serveShape = z
  .strictObject({
    command: text().describe(
      "Run by `bash -c` in the component's folder as its build left it. It stays until it is ended.",
    ),
    port: z.int().min(1).max(65_535).describe('Where it answers HTTP on 127.0.0.1; also its variable PORT.'),
    health: formatted('urlPath')
      .default('/health')
      .describe('The path that answers with a status below 400 once it is ready.'),
    paths: z
      .array(formatted('urlPath'))
      .min(1)
      .optional()
      .describe('Paths that are loaded, each on its own; that of its health unless told.'),
    startTimeout: formatted('duration').default('30s').describe('How long it may take to be ready.'),
    duration: formatted('duration')
      .default('5s')
      .describe('How long each path is loaded, after one second that does not count.'),
    connections: z.int().min(1).max(1000).default(10).describe('Requests at a time.'),
  })
  .describe('How the component is run as a service, whose response times `mobileops check` measures.');

export type RawServe = z.output<typeof serveShape>;

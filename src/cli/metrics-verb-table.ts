import type { FlagSpec, PositionalSpec, VerbSpec } from './verb-spec.ts';

const FILE: FlagSpec = {
  name: 'file',
  kind: 'text',
  metavar: 'FILE',
  description: 'where the figures are kept (default: build-metrics.json, here)',
};

const one = (name: string, description: string): PositionalSpec => ({
  name,
  minimum: 1,
  maximum: 1,
  description,
});

const SUCCESS: PositionalSpec = {
  name: 'SUCCESS',
  minimum: 0,
  maximum: 1,
  description: 'true (default) or false',
};

/** The verbs of figures that scripts collect, as the document's build-metrics.py does, in the order of the help. */
export const METRICS_VERBS: readonly VerbSpec[] = [
  {
    name: 'metrics start',
    summary: 'note in build-metrics.json that a component begins',
    positionals: [one('COMPONENT', 'its name')],
    flags: [FILE],
    examples: [['mobileops metrics start ai-core', 'also makes the file, with BUILD_ID as its build']],
  },
  {
    name: 'metrics complete',
    summary: 'note that a component ended, and how',
    positionals: [one('COMPONENT', 'its name, as it was started'), SUCCESS],
    flags: [FILE],
    examples: [['mobileops metrics complete ai-core false', 'it failed']],
  },
  {
    name: 'metrics resource',
    summary: 'measure how busy processors and memory are and how full the disk is, and note it',
    positionals: [],
    flags: [FILE],
    examples: [['mobileops metrics resource', 'processors over a fifth of a second']],
  },
  {
    name: 'metrics artifact',
    summary: 'note the size and the checksum of something that was made',
    positionals: [
      one('NAME', 'what it is called'),
      one('SIZE', 'in bytes'),
      one('CHECKSUM', 'its digest, in any form'),
    ],
    flags: [FILE],
    examples: [['mobileops metrics artifact app.apk 154300 sha256:9f86d0…', '']],
  },
  {
    name: 'metrics finalize',
    summary: 'note that the build ended, and send the file to METRICS_URL',
    positionals: [SUCCESS],
    flags: [FILE],
    examples: [
      ['METRICS_URL=https://host/builds mobileops metrics finalize true', 'sent later where it is away'],
    ],
  },
  {
    name: 'metrics send',
    summary: 'send what builds could not send to METRICS_URL and OTEL_EXPORTER_OTLP_ENDPOINT',
    positionals: [],
    flags: [],
    examples: [['mobileops metrics send', 'exit code 3 while the server is away']],
  },
];

import type { FlagSpec } from './verb-spec.ts';

/** Of verbs that build. */
export const RUN_FLAGS: readonly FlagSpec[] = [
  {
    name: 'keep-going',
    short: 'k',
    kind: 'switch',
    description: 'go on with what does not need a failed target',
  },
  { name: 'jobs', short: 'j', kind: 'count', metavar: 'N', description: 'processors to use (default: all)' },
  {
    name: 'timeout',
    kind: 'duration',
    metavar: 'TIME',
    description: 'stop an action that takes longer (default: its own limit, or 1h)',
  },
  {
    name: 'output',
    kind: 'choice',
    metavar: 'WHICH',
    choices: ['all', 'failed', 'none'],
    description: 'outputs to show: all, failed (default) or none',
  },
  {
    name: 'profile',
    kind: 'text',
    metavar: 'FILE',
    description: 'write a trace for chrome://tracing or Perfetto',
  },
  {
    name: 'events',
    kind: 'text',
    metavar: 'FILE',
    description: 'write all that happens as JSON lines (version 1)',
  },
];

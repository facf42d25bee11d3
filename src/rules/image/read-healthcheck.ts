import type { HealthcheckStep } from '../../oci/index.ts';
import type { DockerInstruction } from './dockerfile.ts';
import type { LogicalText } from './logical-text.ts';
import type { Problems } from './problems.ts';
import { readCommand } from './read-command.ts';
import type { FlagWord } from './words.ts';

const DURATIONS = {
  interval: 'intervalNs',
  timeout: 'timeoutNs',
  'start-period': 'startPeriodNs',
  'start-interval': 'startIntervalNs',
} as const;

/** `HEALTHCHECK [--interval=30s ...] CMD ...`, or `NONE`. */
export function readHealthcheck(
  instruction: DockerInstruction,
  problems: Problems,
): HealthcheckStep | undefined {
  const { flags, body: rest } = instruction;
  const options = readFlags(flags, problems);
  const word = /^\S*/.exec(rest.value)![0].toUpperCase();
  if (word === 'NONE' && rest.value.length === 4) return {};
  if (word !== 'CMD') {
    return problems.add('image/malformed', instruction.keywordSpan, {
      message: 'HEALTHCHECK is followed by neither CMD nor NONE',
      hint: 'write HEALTHCHECK CMD ["program", "argument"]',
    });
  }
  const command = readCommandOf(rest, { instruction, problems });
  return command && { command, ...options };
}

function readCommandOf(
  rest: LogicalText,
  where: { instruction: DockerInstruction; problems: Problems },
): HealthcheckStep['command'] {
  return readCommand(rest.trimmed(3), where.instruction, where.problems);
}

function readFlags(flags: readonly FlagWord[], problems: Problems): Omit<HealthcheckStep, 'command'> {
  const options: Record<string, number> = {};
  for (const { name, value = '', span } of flags) {
    if (name === 'retries') {
      if (/^\d{1,6}$/.test(value)) {
        if (Number(value) > 0) options.retries = Number(value);
      } else
        problems.add('image/bad-value', span, {
          message: `${value} is not a count of retries`,
          hint: 'write --retries=3',
        });
      continue;
    }
    const key = Object.hasOwn(DURATIONS, name) ? DURATIONS[name as keyof typeof DURATIONS] : undefined;
    const duration = parseGoDurationNs(value);
    if (key === undefined) {
      problems.add('image/unknown-flag', span, {
        message: `HEALTHCHECK has no flag --${name}`,
        hint: `its flags are ${[...Object.keys(DURATIONS), 'retries'].map((each) => `--${each}`).join(', ')}`,
      });
    } else if (duration === undefined) {
      problems.add('image/bad-value', span, {
        message: `${value} is not a duration`,
        hint: 'write for example 30s or 1m30s',
      });
    } else if (duration > 0) options[key] = duration;
  }
  return options;
}

const UNITS_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const MIN_NS = 1e6;

/** `1m30s` as Go writes durations, a millisecond at least or 0 for the default; `undefined` for any other text. */
export function parseGoDurationNs(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(value) * UNITS_NS[unit!]!;
  }
  const rounded = Math.round(total);
  return (rounded === 0 || rounded >= MIN_NS) && Number.isSafeInteger(rounded) ? rounded : undefined;
}

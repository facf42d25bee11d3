import { nearest } from '../../base/index.ts';

import type { Checks } from './checks.ts';

import type { DockerInstruction } from './dockerfile.ts';
import type { ReadStep } from './image-reading.ts';
import type { Problems } from './problems.ts';
import { readCommand } from './read-command.ts';
import { readHealthcheck } from './read-healthcheck.ts';
import { readTrigger, refusedTrigger } from './triggers.ts';
import { jsonStrings, splitPairs, splitQuotedWords, splitWords, type Word } from './words.ts';

interface Reading {
  readonly instruction: DockerInstruction;
  readonly escape: string;
  readonly problems: Problems;
  readonly checks: Checks;
  /** The stage set a shell of its own. */
  readonly hasShell: boolean;
}

type StepReader = (reading: Reading) => ReadStep | undefined;

const READERS: Readonly<Record<string, StepReader>> = {
  ARG: readArgs,
  ENV: (reading) => readPairs(reading, 'env'),
  LABEL: (reading) => readPairs(reading, 'label'),
  WORKDIR: (reading) => readWord(reading, 'workdir'),
  USER: (reading) => readWord(reading, 'user'),
  STOPSIGNAL: (reading) => readWord(reading, 'stopsignal'),
  EXPOSE: (reading) => readWords(reading, 'expose'),
  VOLUME: (reading) => readWords(reading, 'volume'),
  CMD: (reading) => readCommandStep(reading, 'cmd'),
  ENTRYPOINT: (reading) => readCommandStep(reading, 'entrypoint'),
  SHELL: readShell,
  HEALTHCHECK: ({ instruction, problems }) => {
    const check = readHealthcheck(instruction, problems);
    return check && { step: { text: instruction.text, do: 'healthcheck', check }, words: [] };
  },
  MAINTAINER: readMaintainer,
  ONBUILD: readOnbuild,
};

export const KEYWORDS = [...Object.keys(READERS), 'FROM', 'COPY', 'ADD', 'RUN'];
/** These have flags, and tell themselves which. */
const WITH_FLAGS = ['HEALTHCHECK'];

/** Everything but FROM, COPY, ADD and RUN. `undefined` after it reported why. */
export function readStep(reading: Reading): ReadStep | undefined {
  const { keyword, keywordSpan, flags } = reading.instruction;
  if (!Object.hasOwn(READERS, keyword)) {
    const near = nearest(keyword, KEYWORDS);
    return reading.problems.add('image/unknown-instruction', keywordSpan, {
      message: `there is no instruction ${keyword}`,
      hint: near === undefined ? `the instructions are ${KEYWORDS.join(', ')}` : `did you mean ${near}?`,
    });
  }
  for (const { name, span } of WITH_FLAGS.includes(keyword) ? [] : flags) {
    reading.problems.add('image/unknown-flag', span, {
      message: `${keyword} has no flag --${name}`,
      hint: `it has no flags; where the value begins with --, write ${keyword} -- --${name}`,
    });
  }
  return READERS[keyword]!(reading);
}

function malformed({ instruction, problems }: Reading, form: string): undefined {
  const { keyword, keywordSpan, body } = instruction;
  return problems.add('image/malformed', body.value === '' ? keywordSpan : body.whole(), {
    message: body.value === '' ? `${keyword} has nothing behind it` : `${keyword} cannot be read`,
    hint: `write ${form}`,
  });
}

function readArgs(reading: Reading): ReadStep | undefined {
  const { instruction } = reading;
  const words = splitQuotedWords(instruction.body, reading.escape);
  const args = words.map(({ text }) => {
    const equals = text.indexOf('=');
    return equals < 0 ? { name: text } : { name: text.slice(0, equals), word: text.slice(equals + 1) };
  });
  if (args.length === 0 || !args.every(({ name }) => /^[A-Za-z_]\w*$/.test(name))) {
    return malformed(reading, 'ARG NAME or ARG NAME=value');
  }
  for (const { text, span } of words) {
    const name = text.replace(/=.*/s, '');
    checkSecret(reading, { text: name, span: { ...span, end: span.start + name.length } });
  }
  return { step: { text: instruction.text, do: 'arg', args }, words };
}

const SECRET = /(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET = /(?:_|^)(?:public|file|version)(?:_|$)/i;

function checkSecret({ instruction, checks }: Reading, name: Word): void {
  if (!SECRET.test(name.text) || NO_SECRET.test(name.text)) return;
  checks.warn('SecretsUsedInArgOrEnv', name.span, {
    message: `the value of ${name.text} can be read by whoever has the image`,
    hint: `a secret belongs into RUN --mount=type=secret, not into ${instruction.keyword}`,
  });
}

function readPairs(reading: Reading, what: 'env' | 'label'): ReadStep | undefined {
  const { instruction } = reading;
  const { pairs, bad } = splitPairs(instruction.body, reading.escape);
  if (bad || pairs.length === 0) return malformed(reading, `${instruction.keyword} name=value`);
  for (const { name, value, isLegacy } of pairs) {
    if (isLegacy) {
      reading.checks.warn('LegacyKeyValueFormat', name.span, {
        message: `${instruction.keyword} with a blank between name and value is the old form`,
        hint: `write ${instruction.keyword} ${name.text}=${/\s/.test(value.text) ? JSON.stringify(value.text) : value.text}`,
      });
    }
    if (what === 'env') checkSecret(reading, name);
  }
  return {
    step: {
      text: instruction.text,
      do: what,
      pairs: pairs.map(({ name, value }) => [name.text, value.text] as const),
    },
    words: pairs.flatMap(({ name, value }) => [name, value]),
  };
}

function readWord(reading: Reading, what: 'workdir' | 'user' | 'stopsignal'): ReadStep | undefined {
  const { text, body, keyword } = reading.instruction;
  if (body.value === '') return malformed(reading, `${keyword} value`);
  return { step: { text, do: what, word: body.value }, words: [{ text: body.value, span: body.whole() }] };
}

function readWords(reading: Reading, what: 'expose' | 'volume'): ReadStep | undefined {
  const { text, body, keyword } = reading.instruction;
  const list = what === 'volume' ? jsonStrings(body) : undefined;
  const words = list?.map((each) => ({ text: each, span: body.whole() })) ?? splitWords(body);
  if (words.length === 0) return malformed(reading, `${keyword} ${what === 'expose' ? '8080/tcp' : '/data'}`);
  return { step: { text, do: what, words: words.map((word) => word.text) }, words };
}

function readCommandStep(reading: Reading, what: 'cmd' | 'entrypoint'): ReadStep | undefined {
  const { instruction, problems } = reading;
  if (instruction.heredocs.length > 0)
    return malformed(reading, `${instruction.keyword} ["program", "argument"]`);
  const command = readCommand(instruction.body, instruction, problems);
  if (command?.form === 'shell' && !reading.hasShell && !instruction.body.value.startsWith('[')) {
    reading.checks.warn('JSONArgsRecommended', instruction.body.whole(), {
      message: `a shell stands before this command, and the signals that stop a container end there`,
      hint: `write ${instruction.keyword} ["program", "argument"], or name the shell with SHELL`,
    });
  }
  return command && { step: { text: instruction.text, do: what, command }, words: [] };
}

function readShell(reading: Reading): ReadStep | undefined {
  const argv = jsonStrings(reading.instruction.body);
  if (!argv || argv.length === 0) return malformed(reading, 'SHELL ["/bin/bash", "-c"]');
  return { step: { text: reading.instruction.text, do: 'shell', argv }, words: [] };
}

function readMaintainer(reading: Reading): ReadStep | undefined {
  const { text, body } = reading.instruction;
  if (body.value === '') return malformed(reading, 'LABEL org.opencontainers.image.authors="name"');
  return { step: { text, do: 'maintainer', name: body.value }, words: [] };
}

function readOnbuild(reading: Reading): ReadStep | undefined {
  const { instruction, problems } = reading;
  if (instruction.body.value === '') return malformed(reading, 'ONBUILD COPY . /app');
  const trigger = readTrigger(instruction, reading.escape);
  const inner = trigger.instruction;
  const refusal = refusedTrigger(inner);
  if (refusal !== undefined) {
    return problems.add('image/malformed', inner.keywordSpan, {
      message: refusal,
      hint: 'write an instruction that an image standing on this one may have',
    });
  }
  if (!KEYWORDS.includes(inner.keyword)) {
    const near = nearest(inner.keyword, KEYWORDS);
    return problems.add('image/unknown-instruction', inner.keywordSpan, {
      message: `there is no instruction ${inner.keyword}`,
      hint: near === undefined ? `the instructions are ${KEYWORDS.join(', ')}` : `did you mean ${near}?`,
    });
  }
  return { step: { text: instruction.text, do: 'onbuild', trigger: trigger.text }, words: [] };
}

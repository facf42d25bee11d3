import { nearest } from '../../base/index.ts';
import type { Step } from '../../oci/index.ts';
import type { DockerInstruction } from './dockerfile.ts';
import type { Problems } from './problems.ts';
import { readCommand } from './read-command.ts';
import { readHealthcheck } from './read-healthcheck.ts';
import { jsonStrings, splitPairs, splitQuotedWords, splitWords, type Word } from './words.ts';

/** An instruction as a step, with the words in which variables are replaced. */
export interface ReadStep {
  readonly step: Step;
  readonly words: readonly Word[];
}

interface Reading {
  readonly instruction: DockerInstruction;
  readonly escape: string;
  readonly problems: Problems;
}

type StepReader = (reading: Reading) => ReadStep | undefined;

const NOT_SUPPORTED: Readonly<
  Record<string, { code: 'image/run-unsupported' | 'image/unsupported-instruction'; hint: string }>
> = {
  RUN: {
    code: 'image/run-unsupported',
    hint: 'do it in a build step of a component, and COPY dist/components/<name>/... into the image',
  },
  ONBUILD: {
    code: 'image/unsupported-instruction',
    hint: 'write the instruction into the images that stand on this one',
  },
};

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
  MAINTAINER: ({ instruction }) => ({
    step: { text: instruction.text, do: 'maintainer', name: instruction.body.value },
    words: [],
  }),
};

const KEYWORDS = [...Object.keys(READERS), ...Object.keys(NOT_SUPPORTED), 'FROM', 'COPY', 'ADD'];

/** Everything but FROM, COPY and ADD. `undefined` after it reported why. */
export function readStep(reading: Reading): ReadStep | undefined {
  const { keyword, keywordSpan, body } = reading.instruction;
  if (Object.hasOwn(NOT_SUPPORTED, keyword)) {
    const { code, hint } = NOT_SUPPORTED[keyword]!;
    const span = body.value === '' ? keywordSpan : { ...keywordSpan, end: body.whole().end };
    return reading.problems.add(code, span, { message: `${keyword} is not supported yet`, hint });
  }
  if (!Object.hasOwn(READERS, keyword)) {
    const near = nearest(keyword, KEYWORDS);
    return reading.problems.add('image/unknown-instruction', keywordSpan, {
      message: `there is no instruction ${keyword}`,
      hint: near === undefined ? `the instructions are ${KEYWORDS.join(', ')}` : `did you mean ${near}?`,
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
  return { step: { text: instruction.text, do: 'arg', args }, words };
}

function readPairs(reading: Reading, what: 'env' | 'label'): ReadStep | undefined {
  const { instruction } = reading;
  const { pairs, bad } = splitPairs(instruction.body, reading.escape);
  if (bad || pairs.length === 0) return malformed(reading, `${instruction.keyword} name=value`);
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
  return command && { step: { text: instruction.text, do: what, command }, words: [] };
}

function readShell(reading: Reading): ReadStep | undefined {
  const argv = jsonStrings(reading.instruction.body);
  if (!argv || argv.length === 0) return malformed(reading, 'SHELL ["/bin/bash", "-c"]');
  return { step: { text: reading.instruction.text, do: 'shell', argv }, words: [] };
}

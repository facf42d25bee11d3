import {
  type CopyStep,
  expandIn,
  type FileOrigin,
  parseExcludes,
  parseMode,
  type Step,
} from '../../oci/index.ts';
import { readSource, type SourceOptions } from './copy-sources.ts';
import type { DockerInstruction } from './dockerfile.ts';
import { checkFlags, type FlagKinds, switchOf } from './flags.ts';
import { parseMarker } from './heredocs.ts';
import { addStep, type DraftStage, expandNow, type ImageReading } from './image-reading.ts';
import { readOrigin } from './origin.ts';
import { type FlagWord, jsonStrings, splitWords, type Word } from './words.ts';

const COMMON = { chown: 'value', chmod: 'value', link: 'switch', exclude: 'many' } as const;
const FLAGS: Readonly<Record<string, FlagKinds>> = {
  COPY: { from: 'value', ...COMMON, parents: 'switch' },
  ADD: { ...COMMON, checksum: 'value', unpack: 'switch', 'keep-git-dir': 'switch' },
};

interface CopyReading {
  readonly reading: ImageReading;
  readonly stage: DraftStage;
  readonly instruction: DockerInstruction;
  readonly flags: readonly FlagWord[];
}

/** COPY and ADD. */
export function readCopy(reading: ImageReading, stage: DraftStage, instruction: DockerInstruction): void {
  const flags = checkFlags(instruction, FLAGS[instruction.keyword]!, reading.problems);
  const copy: CopyReading = { reading, stage, instruction, flags };
  const words = wordsOf(instruction);
  const destination = words.at(-1);
  const sourceWords = words.slice(0, -1);
  if (!destination || sourceWords.length === 0) {
    const { body, keyword, keywordSpan } = instruction;
    reading.problems.add('image/malformed', words.length === 0 ? keywordSpan : body.whole(), {
      message: `${keyword} needs a source and a destination`,
      hint: `write ${keyword} source... destination`,
    });
    return;
  }
  const options = readOptions(copy, sourceWords);
  const sources = options && sourceWords.map((word) => readSource(copy, word, options));
  checkFolder(copy, destination, sourceWords);
  checkValues(copy);
  const step: Step = {
    text: instruction.text,
    do: 'copy',
    copy: {
      sources: (sources ?? []).filter((each) => each !== undefined),
      destination: destination.text,
      isAdd: instruction.keyword === 'ADD',
      ...stepFlags(copy),
    },
  };
  const checked = [destination, wordOf(copy, 'chown'), wordOf(copy, 'chmod')].filter(
    (each) => each !== undefined,
  );
  addStep(reading, stage, { step, words: checked, span: instruction.body.whole() });
}

function wordsOf({ body }: DockerInstruction): Word[] {
  const list = jsonStrings(body);
  return list ? list.map((text): Word => ({ text, span: body.whole() })) : splitWords(body);
}

function wordOf({ flags }: CopyReading, name: string): Word | undefined {
  const flag = flags.find((each) => each.name === name);
  return flag && { text: flag.value ?? '', span: flag.valueSpan };
}

function excludesOf({ flags }: CopyReading): string[] {
  return flags.filter(({ name }) => name === 'exclude').map(({ value }) => value ?? '');
}

function stepFlags(copy: CopyReading): Partial<CopyStep> {
  const chown = wordOf(copy, 'chown');
  const chmod = wordOf(copy, 'chmod');
  const unpack = switchOf(copy.flags, 'unpack');
  const excludes = excludesOf(copy);
  return {
    ...(chown ? { chown: chown.text } : {}),
    ...(chmod ? { chmod: chmod.text } : {}),
    ...(unpack === undefined ? {} : { unpack }),
    ...(switchOf(copy.flags, 'link') ? { isLink: true } : {}),
    ...(switchOf(copy.flags, 'parents') ? { keepsParents: true } : {}),
    ...(excludes.length > 0 ? { excludes } : {}),
  };
}

/** `undefined` where the sources cannot be read, since what they are read from is wrong. */
function readOptions(copy: CopyReading, sources: readonly Word[]): SourceOptions | undefined {
  const { reading, stage, flags } = copy;
  const excluded = parseExcludes(excludesOf(copy));
  if (!excluded.ok) {
    const flag = flags.find(({ name, value }) => name === 'exclude' && value === excluded.failure);
    reading.problems.add('image/bad-value', flag?.valueSpan ?? copy.instruction.keywordSpan, {
      message: `${excluded.failure} is not a valid pattern`,
      hint: 'close its [ with a ]',
    });
  }
  const keepsParents = switchOf(flags, 'parents') ?? false;
  const sha256 = readChecksum(copy, sources);
  let origin: FileOrigin | undefined;
  const from = wordOf(copy, 'from');
  if (from) {
    const name = expandNow(reading, stage, from);
    origin = name === undefined ? undefined : readOrigin(reading, stage, { text: name, span: from.span });
    if (!origin) return undefined;
  }
  return {
    ...(origin ? { origin } : {}),
    take: { doubleStar: keepsParents, ...(excluded.ok ? { isExcluded: excluded.value } : {}) },
    keepsParents,
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

function readChecksum(copy: CopyReading, sources: readonly Word[]): string | undefined {
  const { reading, stage } = copy;
  const word = wordOf(copy, 'checksum');
  if (!word) return undefined;
  const value = expandNow(reading, stage, word);
  if (value === undefined) return undefined;
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(value) ?? [];
  if (sha256 === undefined) {
    return reading.problems.add('image/bad-value', word.span, {
      message: `${value} is not the digest of a file`,
      hint: 'write sha256: and 64 hexadecimal digits',
    });
  }
  if (sources.length === 1 && /^https?:|\$/.test(sources[0]!.text)) return sha256;
  return reading.problems.add('image/bad-value', word.span, {
    message: '--checksum is for one source that is an address',
    hint: 'give each address an ADD of its own',
  });
}

/** What can be told of a mode and an owner before the build. */
function checkValues(copy: CopyReading): void {
  const { reading, stage } = copy;
  const chmod = wordOf(copy, 'chmod');
  const chown = wordOf(copy, 'chown');
  const value = (word: Word | undefined): string | undefined => {
    const expanded = word && expandIn(stage.state, reading.scope, word.text);
    return expanded?.ok ? expanded.value : undefined;
  };
  const mode = value(chmod);
  if (chmod && mode !== undefined && !parseMode(mode)) {
    reading.problems.add('image/bad-value', chmod.span, {
      message: `${mode} is not a mode`,
      hint: 'write for example --chmod=0755 or --chmod=u=rwX,go=rX',
    });
  }
  const owner = value(chown);
  if (chown && owner !== undefined && !/^(?:[^:\s]+(?::[^:\s]*)?|:[^:\s]+)$/.test(owner)) {
    reading.problems.add('image/bad-value', chown.span, {
      message: `${owner} is not an owner`,
      hint: 'write --chown=user:group or --chown=1000:1000',
    });
  }
}

function checkFolder(copy: CopyReading, destination: Word, sources: readonly Word[]): void {
  if (parseMarker(destination.text)) {
    copy.reading.problems.add('image/malformed', destination.span, {
      message: 'the destination cannot be a here-document',
      hint: `write ${copy.instruction.keyword} ${destination.text} /path`,
    });
    return;
  }
  if (sources.length < 2 || /(?:^|\/)\.?$/.test(destination.text) || destination.text.includes('$')) return;
  copy.reading.problems.add('image/bad-value', destination.span, {
    message: 'several sources need a folder as their destination',
    hint: `write ${destination.text}/ with a / at its end`,
  });
}

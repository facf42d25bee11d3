import { formatLabel } from '../../base/index.ts';
import { distLabel } from '../../config/index.ts';
import { type CopySource, cleanPath, expandIn, quoteWord, type Step } from '../../oci/index.ts';
import type { DockerInstruction } from './dockerfile.ts';
import {
  addStep,
  checkVariables,
  type DraftStage,
  type ImageReading,
  reportFailure,
  workspaceImage,
} from './image-reading.ts';
import { type FlagWord, jsonStrings, splitFlags, splitWords, type Word } from './words.ts';

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  COPY: ['from', 'chown', 'chmod', 'link'],
  ADD: ['chown', 'chmod', 'link'],
};

interface CopyReading {
  readonly reading: ImageReading;
  readonly stage: DraftStage;
  readonly instruction: DockerInstruction;
}

/** COPY, and ADD of files. */
export function readCopy(reading: ImageReading, stage: DraftStage, instruction: DockerInstruction): void {
  const copy: CopyReading = { reading, stage, instruction };
  const { flags, rest } = splitFlags(instruction.body);
  const values = readFlags(copy, flags);
  const words = (
    jsonStrings(rest)?.map((text): Word => ({ text, span: rest.whole() })) ?? splitWords(rest)
  ).map((word) => word);
  const destination = words.at(-1);
  const sourceWords = words.slice(0, -1);
  if (!destination || sourceWords.length === 0) {
    reading.problems.add('image/malformed', words.length === 0 ? instruction.keywordSpan : rest.whole(), {
      message: `${instruction.keyword} needs a source and a destination`,
      hint: `write ${instruction.keyword} source... destination`,
    });
    return;
  }
  const from = values.from === undefined ? undefined : readOrigin(copy, values.from);
  const sources = from === 'refused' ? [] : sourceWords.map((word) => readSource(copy, word, from));
  const step: Step = {
    text: instruction.text,
    do: 'copy',
    copy: {
      sources: sources.filter((each) => each !== undefined),
      destination: destination.text,
      isAdd: instruction.keyword === 'ADD',
      ...(values.chown === undefined ? {} : { chown: values.chown.text }),
      ...(values.chmod === undefined ? {} : { chmod: values.chmod.text }),
    },
  };
  checkFolder(copy, destination, sourceWords);
  const checked = [destination, values.chown, values.chmod].filter((each) => each !== undefined);
  checkValues(copy, values);
  addStep(reading, stage, { step, words: checked, span: rest.whole() });
}

type CopyFlags = Partial<Record<'from' | 'chown' | 'chmod' | 'link', Word>>;

function readFlags({ reading, instruction }: CopyReading, flags: readonly FlagWord[]): CopyFlags {
  const known = FLAGS[instruction.keyword]!;
  const values: CopyFlags = {};
  for (const { name, value, span } of flags) {
    if (!known.includes(name)) {
      reading.problems.add('image/unknown-flag', span, {
        message: `${instruction.keyword} --${name} is not supported`,
        hint: `its flags are ${known.map((each) => `--${each}`).join(', ')}`,
      });
    } else if (name !== 'link' && (value === undefined || value === '')) {
      reading.problems.add('image/malformed', span, {
        message: `--${name} has no value`,
        hint: `write --${name}=value`,
      });
    } else
      values[name as keyof CopyFlags] = {
        text: value ?? '',
        span: { ...span, start: span.end - (value ?? '').length },
      };
  }
  return values;
}

/** What can be told of a destination, a mode and an owner before the build. */
function checkValues({ reading, stage }: CopyReading, { chmod, chown }: CopyFlags): void {
  const value = (word: Word | undefined): string | undefined => {
    const expanded = word && expandIn(stage.state, reading.scope, word.text);
    return expanded?.ok ? expanded.value : undefined;
  };
  const mode = value(chmod);
  if (chmod && mode !== undefined && !/^[0-7]{3,4}$/.test(mode)) {
    reading.problems.add('image/bad-value', chmod.span, {
      message: `${mode} is not an octal mode`,
      hint: 'write for example --chmod=0755',
    });
  }
  const owner = value(chown);
  if (chown && owner !== undefined && !/^[^:\s]+(?::[^:\s]+)?$/.test(owner)) {
    reading.problems.add('image/bad-value', chown.span, {
      message: `${owner} is not an owner`,
      hint: 'write --chown=user:group or --chown=1000:1000',
    });
  }
}

function checkFolder({ reading }: CopyReading, destination: Word, sources: readonly Word[]): void {
  if (sources.length < 2 || /(?:^|\/)\.?$/.test(destination.text) || destination.text.includes('$')) return;
  reading.problems.add('image/bad-value', destination.span, {
    message: 'several sources need a folder as their destination',
    hint: `write ${destination.text}/ with a / at its end`,
  });
}

type Origin =
  | { readonly from: 'stage'; readonly index: number }
  | { readonly from: 'layout'; readonly path: string };

function readOrigin({ reading, stage }: CopyReading, word: Word): Origin | 'refused' {
  const { stages, problems } = reading;
  const value = expandIn(stage.state, reading.scope, word.text);
  if (!value.ok) {
    if (value.failure.kind !== 'unknown') reportFailure(reading, value.failure, word.span);
    else unknownVariable(reading, value.failure.name, word);
    return 'refused';
  }
  const earlier = stages.slice(0, -1);
  const named = earlier.findLastIndex(({ name }) => name !== undefined && name === value.value.toLowerCase());
  const index = named >= 0 ? named : /^\d+$/.test(value.value) ? Number(value.value) : undefined;
  if (index === undefined) {
    const path = workspaceImage(reading, { text: value.value, span: word.span });
    return path === undefined ? 'refused' : { from: 'layout', path };
  }
  if (index < earlier.length) {
    stage.uses.add(index);
    return { from: 'stage', index };
  }
  problems.add('image/unknown-stage', word.span, {
    message: `there is no stage ${value.value} before this one`,
    hint:
      earlier.length === 0
        ? 'this is the first stage'
        : `the stages before it are 0 to ${earlier.length - 1}`,
  });
  return 'refused';
}

function unknownVariable({ problems }: ImageReading, name: string, word: Word): undefined {
  return problems.add('image/unknown-variable', word.span, {
    message: `the value of ${name} comes from the base image, but what is copied must be known before it is built`,
    hint: `set it in this Dockerfile: ARG ${name}=... or ENV ${name}=...`,
  });
}

function readSource(copy: CopyReading, word: Word, origin: Origin | undefined): CopySource | undefined {
  const { reading, stage, instruction } = copy;
  const marker = /^<<-?["']?(\w+)["']?$/.exec(word.text);
  if (marker) {
    const heredoc = instruction.heredocs.find(({ name }) => name === marker[1]);
    if (heredoc?.isClosed) {
      const { name, content, isLiteral } = heredoc;
      return { from: 'inline', name, content, isLiteral };
    }
    return reading.problems.add('image/malformed', word.span, {
      message: 'the here-document is not closed',
      hint: `end it with a line that holds ${marker[1]} alone`,
    });
  }
  checkVariables(reading, stage, word);
  if (origin) return { ...origin, word: word.text };
  if (instruction.keyword === 'ADD' && /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(word.text)) {
    return reading.problems.add('image/add-url', word.span, {
      message: 'ADD of an address is not supported: a build has no network',
      hint: 'fetch it in a step of a component that says `network: true`, and COPY it from dist/components/<name>',
    });
  }
  const value = expandIn(stage.state, reading.scope, word.text);
  if (!value.ok) {
    if (value.failure.kind === 'unknown') return unknownVariable(reading, value.failure.name, word);
    reportFailure(reading, value.failure, word.span);
    return undefined;
  }
  const path = cleanPath(value.value.startsWith('/') ? value.value : `./${value.value}`);
  if (path === 'dist' || path.startsWith('dist/')) return readArtifact(reading, word, path);
  return takeFromContext(reading, word, value.value)
    ? { from: 'folder', path: 'context', word: word.text }
    : undefined;
}

/** `dist/components/ai-core/bin` is `bin` of what the component leaves. */
function readArtifact(reading: ImageReading, word: Word, path: string): CopySource | undefined {
  const label = distLabel(path);
  if (!label) {
    return reading.problems.add('image/missing-source', word.span, {
      message: `${path} does not name the artifact of one target`,
      hint: 'write dist/components/<name>, dist/mobile/<name> or dist/scripts; packages of apps are signed after the build',
    });
  }
  if (!reading.isNeeded(label)) {
    return reading.problems.add('image/missing-need', word.span, {
      message: `the image does not need ${formatLabel(label)}, so ${path} is not built before it`,
      hint: `is there a target ${formatLabel(label)} in the workspace?`,
    });
  }
  const rest = path
    .split('/')
    .slice(label.kind === 'scripts' ? 2 : 3)
    .join('/');
  return {
    from: 'folder',
    path: reading.inputs.part(label, rest),
    word: quoteWord(rest === '' ? '.' : rest),
  };
}

function takeFromContext({ context, problems }: ImageReading, word: Word, pattern: string): boolean {
  const match = context.take(pattern);
  switch (match.kind) {
    case 'found':
      return true;
    case 'outside':
      problems.add('image/outside-context', word.span, {
        message: `${pattern} lies outside the workspace`,
        hint: 'sources are relative to the workspace',
      });
      return false;
    case 'bad-pattern':
      problems.add('image/bad-value', word.span, {
        message: `${pattern} is not a valid pattern`,
        hint: 'close its [ with a ]',
      });
      return false;
    case 'ignored':
      problems.add('image/ignored-source', word.span, {
        message: `.dockerignore leaves ${pattern} out`,
        hint: 'take it back there with a line that begins with !',
      });
      return false;
    case 'missing':
      problems.add('image/missing-source', word.span, {
        message: `the workspace has no ${pattern} that an image could copy`,
        hint:
          match.near === undefined
            ? 'only sources and dist/<class>/<name> can be copied; is it ignored by git?'
            : `did you mean ${match.near}?`,
      });
      return false;
  }
}

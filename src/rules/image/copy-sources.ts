import { formatLabel, type Label, type Span } from '../../base/index.ts';
import { distLabel } from '../../config/index.ts';
import { type CopySource, cleanPath, expandIn, type FileOrigin, quoteWord } from '../../oci/index.ts';
import type { Match, TakeOptions } from './context-files.ts';
import type { DockerInstruction } from './dockerfile.ts';
import { parseMarker, withoutTabs } from './heredocs.ts';
import {
  checkVariables,
  type DraftStage,
  type ImageReading,
  reportFailure,
  unknownVariable,
} from './image-reading.ts';
import type { Word } from './words.ts';

/** What the flags of a COPY say about its sources. */
export interface SourceOptions {
  readonly origin?: FileOrigin;
  readonly take: TakeOptions;
  readonly keepsParents: boolean;
  /** Of ADD, for a file of the net: 64 hexadecimal digits. */
  readonly sha256?: string;
}

interface SourceReading {
  readonly reading: ImageReading;
  readonly stage: DraftStage;
  readonly instruction: DockerInstruction;
}

const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i;
const GIT = /^(?:git|ssh|git\+[a-z]+):\/\/|^git@|^https?:\/\/[^?#]*\.git(?:[?#]|$)/i;

/** One source of COPY or ADD. `undefined` after it reported why. */
export function readSource(copy: SourceReading, word: Word, options: SourceOptions): CopySource | undefined {
  const { reading, stage } = copy;
  if (parseMarker(word.text)) return readInline(copy, word);
  checkVariables(reading, stage, word);
  const { origin } = options;
  if (origin) return { ...origin, word: word.text };
  const value = expandIn(stage.state, reading.scope, word.text);
  if (!value.ok) {
    if (value.failure.kind === 'unknown') return unknownVariable(reading, value.failure.name, word);
    reportFailure(reading, value.failure, word.span);
    return undefined;
  }
  const expanded = { text: value.value, span: word.span };
  if (ADDRESS.test(value.value)) return readAddress(copy, expanded, options.sha256);
  const path = cleanPath(value.value.startsWith('/') ? value.value : `./${value.value}`);
  if (path === 'dist' || path.startsWith('dist/')) {
    const artifact = readArtifact(reading, word.span, path);
    if (!artifact) return undefined;
    const rest = artifact.path === '' ? '.' : artifact.path;
    // What a target leaves is taken from below its own name, which `--parents` would not keep.
    const pivot = options.keepsParents ? `./${rest}` : rest;
    return { from: 'folder', path: artifact.folder, word: quoteWord(pivot) };
  }
  const paths = takeFromContext(reading, expanded, options.take);
  if (!paths) return undefined;
  const source: CopySource = { from: 'folder', path: 'context', word: word.text };
  reading.taken.set(source, paths);
  return source;
}

function readInline({ reading, instruction }: SourceReading, word: Word): CopySource | undefined {
  const marker = parseMarker(word.text)!;
  const heredoc = instruction.heredocs.find(({ name }) => name === marker.name);
  if (!heredoc?.isClosed) {
    return reading.problems.add('image/malformed', word.span, {
      message: 'the here-document is not closed',
      hint: `end it with a line that holds ${marker.name} alone`,
    });
  }
  const { name, content, isLiteral, isStripped } = heredoc;
  if (/[/\0]/.test(name) || name === '.' || name === '..') {
    return reading.problems.add('image/malformed', word.span, {
      message: `${name} cannot be the name of a file`,
      hint: 'name the here-document with letters, as <<EOF',
    });
  }
  return { from: 'inline', name, content: isStripped ? withoutTabs(content) : content, isLiteral };
}

function readAddress(
  { reading, instruction }: SourceReading,
  word: Word,
  sha256: string | undefined,
): CopySource | undefined {
  const { problems } = reading;
  if (instruction.keyword !== 'ADD') {
    return problems.add('image/add-url', word.span, {
      message: 'COPY takes no addresses',
      hint: 'write ADD --checksum=sha256:<digest> <address> <destination>',
    });
  }
  if (GIT.test(word.text)) {
    return problems.add('image/add-git', word.span, {
      message: 'ADD of a git repository is not supported: a name in it can mean something else tomorrow',
      hint: 'make it a submodule, or fetch it in a step of a component, and COPY it',
    });
  }
  if (!/^https?:/i.test(word.text) || !URL.canParse(word.text)) {
    return problems.add('image/add-url', word.span, {
      message: `${word.text} is not an address that can be fetched`,
      hint: 'write an address that begins with https://',
    });
  }
  if (sha256 === undefined) {
    return problems.add('image/add-url', word.span, {
      message: 'ADD of an address is locked by its hash, and there is none',
      hint: `write ADD --checksum=sha256:<digest> ${word.text} ..., with the digest that sha256sum gives for the file`,
    });
  }
  return { from: 'url', url: word.text, name: fileName(word.text), sha256, path: `fetched/${sha256}` };
}

/** As BuildKit names what it fetched: the last part of the path. */
function fileName(address: string): string {
  const encoded = new URL(address).pathname.replace(/\/+$/, '').replace(/^.*\//, '');
  const name = /%(?![0-9a-f]{2})/i.test(encoded) ? encoded : decoded(encoded);
  return name === '' || name === '.' || name === '..' || /[/\0]/.test(name) ? '__unnamed__' : name;
}

function decoded(text: string): string {
  return Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();
}

/** A file or folder of the context or of a target, for a mount; reports what is not there. */
export function takePath(
  reading: ImageReading,
  span: Span,
  source: string,
): { readonly folder: string; readonly path: string; readonly taken: ReadonlySet<string> } | undefined {
  const path = cleanPath(source.startsWith('/') ? source : `./${source}`);
  if (path.startsWith('dist/')) {
    const artifact = readArtifact(reading, span, path);
    return artifact && { ...artifact, taken: NOTHING };
  }
  const taken = takeFromContext(reading, { text: source === '' ? '.' : source, span }, { isLiteral: true });
  return taken && { folder: 'context', path, taken };
}

const NOTHING: ReadonlySet<string> = new Set();

/** `dist/components/ai-core/bin` is `bin` of what the component leaves. */
function readArtifact(
  reading: ImageReading,
  span: Span,
  path: string,
): { readonly folder: string; readonly path: string } | undefined {
  const label: Label | undefined = distLabel(path);
  if (!label) {
    return reading.problems.add('image/missing-source', span, {
      message: `${path} does not name the artifact of one target`,
      hint: 'write dist/components/<name>, dist/mobile/<name> or dist/scripts; packages of apps are signed after the build',
    });
  }
  if (!reading.isNeeded(label)) {
    return reading.problems.add('image/missing-need', span, {
      message: `the image does not need ${formatLabel(label)}, so ${path} is not built before it`,
      hint: `is there a target ${formatLabel(label)} in the workspace?`,
    });
  }
  const rest = path
    .split('/')
    .slice(label.kind === 'scripts' ? 2 : 3)
    .join('/');
  return { folder: reading.inputs.part(label, rest), path: rest };
}

/** What a word takes; `undefined` after it reported why that is wrong. As with BuildKit, a pattern may match nothing. */
function takeFromContext(
  reading: ImageReading,
  word: Word,
  options: TakeOptions,
): ReadonlySet<string> | undefined {
  const match = reading.context.take(word.text, options);
  if (match.kind === 'found') return match.paths;
  const isOptional = (match.kind === 'missing' || match.kind === 'ignored') && match.isPattern;
  if (isOptional) reportOptional(reading, word, match);
  else reportMissing(reading, word, match);
  return isOptional ? NOTHING : undefined;
}

function reportOptional({ checks, problems }: ImageReading, { text, span }: Word, match: Match): void {
  if (match.kind === 'ignored') {
    checks.warn('CopyIgnoredFile', span, {
      message: `.dockerignore leaves out all that matches ${text}`,
      hint: 'take it back there with a line that begins with !',
    });
  } else if (match.kind === 'missing') {
    problems.add('image/missing-source', span, {
      severity: 'warning',
      message: `nothing in the workspace matches ${text}, so nothing is copied`,
      hint: match.near === undefined ? 'is it ignored by git?' : `did you mean ${match.near}?`,
    });
  }
}

function reportMissing({ problems }: ImageReading, { text, span }: Word, match: Match): void {
  switch (match.kind) {
    case 'found':
      return;
    case 'outside':
      problems.add('image/outside-context', span, {
        message: `${text} lies outside the workspace`,
        hint: 'sources are relative to the workspace',
      });
      return;
    case 'bad-pattern':
      problems.add('image/bad-value', span, {
        message: `${text} is not a valid pattern`,
        hint: 'close its [ with a ]',
      });
      return;
    case 'ignored':
      problems.add('image/ignored-source', span, {
        message: `.dockerignore leaves ${text} out`,
        hint: 'take it back there with a line that begins with !',
      });
      return;
    case 'missing':
      problems.add('image/missing-source', span, {
        message: `the workspace has no ${text} that an image could copy`,
        hint:
          match.near === undefined
            ? 'only sources and dist/<class>/<name> can be copied; is it ignored by git?'
            : `did you mean ${match.near}?`,
      });
  }
}

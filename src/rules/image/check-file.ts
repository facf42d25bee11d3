import type { Checks } from './checks.ts';
import type { Dockerfile, DockerInstruction } from './dockerfile.ts';
import { splitQuotedWords, splitWords } from './words.ts';

/** The checks that need nothing but the text: casing, names, blank lines, old forms. */
export function checkFile({ instructions, escape: escapeCharacter }: Dockerfile, checks: Checks): void {
  const isLower = casing(instructions) === 'lower';
  const names = new Set<string>();
  for (const instruction of instructions) {
    const own = checks.above(instruction.comments);
    checkCasing(instruction, isLower, own);
    if (instruction.blank) {
      // Not silenced by a comment above: BuildKit looks at these before it knows instructions.
      checks.warn('NoEmptyContinuation', instruction.blank, {
        message: 'a blank line stands between continued lines',
        hint: 'take it out, or write # in it',
      });
    }
    if (instruction.keyword === 'FROM') checkFrom(instruction, names, own);
    if (instruction.keyword === 'ARG') {
      const words = splitQuotedWords(instruction.body, escapeCharacter);
      checkDescription(
        instruction,
        words.map(({ text }) => text.replace(/=.*/s, '')),
        own,
      );
    }
    if (instruction.keyword === 'MAINTAINER') {
      own.warn('MaintainerDeprecated', instruction.keywordSpan, {
        message: 'MAINTAINER is deprecated',
        hint: `write LABEL org.opencontainers.image.authors=${JSON.stringify(instruction.body.value)}`,
      });
    }
  }
  checkOverridden(instructions, checks);
}

function writtenKeyword({ keywordSpan, keyword }: DockerInstruction): string {
  const written = keywordSpan.file.text.slice(keywordSpan.start, keywordSpan.end);
  // A keyword that goes on in the next line has no casing worth a word.
  return written.toUpperCase() === keyword ? written : keyword;
}

function casing(instructions: readonly DockerInstruction[]): 'lower' | 'upper' {
  const written = instructions.map(writtenKeyword);
  const lower = written.filter((each) => each === each.toLowerCase()).length;
  const upper = written.filter((each) => each === each.toUpperCase()).length;
  return lower > upper ? 'lower' : 'upper';
}

function checkCasing(instruction: DockerInstruction, isLower: boolean, checks: Checks): void {
  const written = writtenKeyword(instruction);
  const right = isLower ? written.toLowerCase() : written.toUpperCase();
  if (written === right) return;
  checks.warn('ConsistentInstructionCasing', instruction.keywordSpan, {
    message: `${written} is not written like most of the instructions`,
    hint: `write ${right}`,
  });
}

function checkFrom(instruction: DockerInstruction, names: Set<string>, checks: Checks): void {
  const [, as, name] = splitWords(instruction.body);
  if (!as || !name) return;
  const from = writtenKeyword(instruction);
  const right = from === from.toLowerCase() ? as.text.toLowerCase() : as.text.toUpperCase();
  if ((from === from.toLowerCase() || from === from.toUpperCase()) && as.text !== right) {
    checks.warn('FromAsCasing', as.span, {
      message: `${from} and ${as.text} are not written alike`,
      hint: `write ${right}`,
    });
  }
  const lower = name.text.toLowerCase();
  if (name.text !== lower)
    checks.warn('StageNameCasing', name.span, {
      message: `the stage ${name.text} has upper case letters in its name`,
      hint: `write ${lower}`,
    });
  if (lower === 'scratch' || lower === 'context') {
    checks.warn('ReservedStageName', name.span, {
      message: `${name.text} has a meaning of its own and should not name a stage`,
      hint: 'choose another name',
    });
  }
  if (names.has(lower)) {
    checks.warn('DuplicateStageName', name.span, {
      message: `there is a stage ${name.text} already`,
      hint: 'give each stage a name of its own',
    });
  }
  names.add(lower);
  checkDescription(instruction, [lower], checks);
}

function checkDescription(instruction: DockerInstruction, names: readonly string[], checks: Checks): void {
  const last = instruction.comments.at(-1);
  const [first] = names;
  if (!last || first === undefined || names.includes(last.text.split(' ')[0]!)) return;
  checks.warn('InvalidDefinitionDescription', last.span, {
    message: `the comment above ${instruction.keyword} is not its description`,
    hint: `begin it with # ${names.length > 1 ? '<name>' : first}, or put an empty line or comment after it`,
  });
}

const ONCE = ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'];

function checkOverridden(instructions: readonly DockerInstruction[], checks: Checks): void {
  const last = new Map<string, DockerInstruction>();
  for (const instruction of instructions) {
    const { keyword } = instruction;
    if (keyword === 'FROM') last.clear();
    if (!ONCE.includes(keyword)) continue;
    const before = last.get(keyword);
    if (before) {
      checks.above(instruction.comments).warn('MultipleInstructionsDisallowed', before.keywordSpan, {
        message: `a later ${keyword} of the same stage takes the place of this one`,
        hint: 'keep the one that counts',
      });
    }
    last.set(keyword, instruction);
  }
}

import type { CommandLine } from '../../oci/index.ts';
import type { DockerInstruction } from './dockerfile.ts';
import type { LogicalText } from './logical-text.ts';
import type { Problems } from './problems.ts';
import { jsonList, jsonStrings } from './words.ts';

/** Exec form where the text is a JSON list, shell form else. */
export function readCommand(
  text: LogicalText,
  instruction: DockerInstruction,
  problems: Problems,
): CommandLine | undefined {
  if (text.value === '') {
    return problems.add('image/malformed', instruction.keywordSpan, {
      message: `${instruction.keyword} has no command`,
      hint: `write for example ${instruction.keyword} ["/bin/sh", "-c", "true"]`,
    });
  }
  const argv = jsonStrings(text);
  if (argv) return { form: 'exec', argv };
  if (jsonList(text)) {
    return problems.add('image/bad-exec-form', text.whole(), {
      message: 'this list holds something that is not a string',
      hint: 'put each word in double quotes: ["program", "argument"]',
    });
  }
  // In a RUN, [ begins a test of the shell.
  const looksLikeList = instruction.keyword === 'RUN' ? /^\[\s*["'][^"']*["']\s*,/ : /^\[\s*["'\w/]/;
  if (looksLikeList.test(text.value) && text.value.endsWith(']')) {
    problems.add('image/bad-exec-form', text.whole(), {
      message: 'this is not a JSON list of strings, so the shell would be given it as it stands',
      hint: 'put each word in double quotes: ["program", "argument"]',
    });
  }
  return { form: 'shell', script: text.value };
}

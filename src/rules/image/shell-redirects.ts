import type { Span } from '../../base/index.ts';
import type { DockerInstruction } from './dockerfile.ts';
import type { Problems } from './problems.ts';

const INSTALL =
  /\b(?:pip[0-9.]*|uv|conda|mamba|npm|pnpm|yarn)\s(?:[^\n;&|<>]{0,200}?\s)?(?:install|add)(?=\s)/g;
/** `numpy>=1.0` and `>=1.0`, but neither `>log` nor `2>&1`. */
const REDIRECT = /^(?:[A-Za-z][\w.,[\]-]*)?[<>]=?[0-9v]/;

/** Warns of `pip install numpy>=1.0`: the shell reads `>` as "write into a file". */
export function warnOfRedirects(instruction: DockerInstruction, problems: Problems): void {
  const { body, heredocs, keywordSpan } = instruction;
  if (!body.value.startsWith('[')) checkScript(body.value, (start, end) => body.span(start, end), problems);
  for (const { content, start: offset } of heredocs) {
    checkScript(
      content,
      (start, end) => ({ ...keywordSpan, start: offset + start, end: offset + end }),
      problems,
    );
  }
}

function checkScript(script: string, span: (start: number, end: number) => Span, problems: Problems): void {
  for (const match of script.matchAll(INSTALL)) {
    for (const { text, at } of argumentsFrom(script, match.index + match[0].length)) {
      if (!REDIRECT.test(text)) continue;
      const operator = text.includes('>') ? '>' : '<';
      const effect = operator === '>' ? 'writes a file and installs any version' : 'reads a file';
      problems.add('image/shell-redirect', span(at, at + text.length), {
        severity: 'warning',
        message: `the shell takes the ${operator} in ${text} for a redirection: it ${effect}`,
        hint: `quote the word: '${text}'`,
      });
    }
  }
}

/** The words without quotes of one command, up to what ends it. */
function* argumentsFrom(script: string, start: number): Generator<{ text: string; at: number }> {
  for (let at = start; at < script.length; ) {
    const char = script[at]!;
    if (char === '\n' || ';&|()#'.includes(char)) return;
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const from = at;
    let isQuoted = false;
    while (at < script.length && !/[\s;&|()]/.test(script[at]!)) {
      const quote = script[at]!;
      if (quote === '"' || quote === "'") {
        isQuoted = true;
        const end = script.indexOf(quote, at + 1);
        at = end < 0 ? script.length : end + 1;
      } else if (quote === '\\') {
        // In a here-document a line goes on behind it.
        at += 2;
        if (at - 2 > from) isQuoted = true;
      } else at++;
    }
    if (!isQuoted && script[from] !== '\\') yield { text: script.slice(from, at), at: from };
  }
}

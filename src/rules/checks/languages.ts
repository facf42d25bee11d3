/** Languages that are told apart by the names of files. */
export type Language =
  | 'Python'
  | 'JavaScript'
  | 'shell'
  | 'Java'
  | 'Kotlin'
  | 'C'
  | 'C++'
  | 'Swift'
  | 'Objective-C'
  | 'Ruby'
  | 'Go'
  | 'Rust'
  | 'AWK';

/** TypeScript is JavaScript's, as its linters and runners see it. */
const EXTENSIONS: Readonly<Record<string, Language>> = {
  py: 'Python',
  pyi: 'Python',
  js: 'JavaScript',
  mjs: 'JavaScript',
  cjs: 'JavaScript',
  jsx: 'JavaScript',
  ts: 'JavaScript',
  mts: 'JavaScript',
  cts: 'JavaScript',
  tsx: 'JavaScript',
  sh: 'shell',
  bash: 'shell',
  java: 'Java',
  kt: 'Kotlin',
  kts: 'Kotlin',
  c: 'C',
  h: 'C',
  cc: 'C++',
  cpp: 'C++',
  cxx: 'C++',
  hpp: 'C++',
  swift: 'Swift',
  m: 'Objective-C',
  rb: 'Ruby',
  go: 'Go',
  rs: 'Rust',
  awk: 'AWK',
};

export function languageOf(path: string): Language | undefined {
  const extension = /\.([^./]+)$/.exec(path)?.[1];
  return extension === undefined ? undefined : EXTENSIONS[extension];
}

const HASH_COMMENTS: ReadonlySet<Language> = new Set(['Python', 'shell', 'Ruby', 'AWK']);

/** Numbers (from 1) of the lines that hold more than blanks and comments. A text in quotes that looks like a comment is taken for one. */
export function codeLines(text: string, language: Language): number[] {
  const lines = text.split('\n');
  if (HASH_COMMENTS.has(language))
    return lines.flatMap((line, index) => (/^\s*(#|$)/.test(line) ? [] : [index + 1]));
  const found: number[] = [];
  let isInside = false;
  for (const [index, line] of lines.entries()) {
    const code = withoutComments(line, isInside);
    isInside = code.isInside;
    if (code.text.trim() !== '') found.push(index + 1);
  }
  return found;
}

/** A comment counts only where it begins or ends the line's text, so that `'/*'` in the middle of code is none. */
function withoutComments(
  line: string,
  isInside: boolean,
): { readonly text: string; readonly isInside: boolean } {
  let text = line;
  let inside = isInside;
  for (;;) {
    if (inside) {
      const end = text.indexOf('*/');
      if (end === -1) return { text: '', isInside: true };
      text = text.slice(end + 2);
      inside = false;
    }
    const start = text.trimStart();
    if (start.startsWith('//')) return { text: '', isInside: false };
    if (!start.startsWith('/*')) return { text, isInside: false };
    text = start.slice(2);
    inside = true;
  }
}

/** Statements that leave nothing to run: types, imports and names passed on. */
const NOTHING_TO_RUN =
  /^(import\b|export\s+(\*|\{|type\b|interface\b|declare\b)|type\b|interface\b|declare\b|'use strict'|"use strict")/;

/**
 * Whether a module of TypeScript or JavaScript has anything of its own that a test could run, told by the lines that begin a
 * statement at its top level.
 */
export function hasRunnableCode(text: string): boolean {
  const lines = new Set(codeLines(text, 'JavaScript'));
  return text
    .split('\n')
    .some((line, index) => lines.has(index + 1) && /^[^\s)}\]|&]/.test(line) && !NOTHING_TO_RUN.test(line));
}

const TEST_FOLDER = /(^|\/)(tests?|__tests__|__mocks__|androidTest\w*|e2e|spec)\//;
const TEST_FILE = /(^|\/)(conftest\.py|test_[^/]*\.py|[^/]*_test\.py|[^/]+[.-](test|spec)\.[cm]?[jt]sx?)$/;

/** Whether a file belongs to tests, which are not what they cover. */
export function isOfTests(path: string): boolean {
  return TEST_FOLDER.test(path) || TEST_FILE.test(path);
}

/** Settings of tools that are written as code, and declarations: nothing of the product runs in them. */
export function isSettings(path: string): boolean {
  return /(^|\/)([^/]+\.config\.[cm]?[jt]s|\.[^/]+rc\.[cm]?js|setup\.py|[^/]+\.d\.[cm]?ts)$/.test(path);
}

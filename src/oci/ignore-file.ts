import { fail, ok, type Result } from '../base/index.ts';
import { compilePattern, type PathPattern } from './file-pattern.ts';

/** Whether a path of the context is left out of the build. */
export type IgnoreFile = (path: string) => boolean;

interface IgnoreRule {
  readonly matches: PathPattern;
  readonly isException: boolean;
}

/**
 * Reads a `.dockerignore`: the last pattern that matches a path or one of its folders decides, `!` takes back.
 * Patterns that cannot be read are handed to `onBadPattern` with their line's offset.
 */
export function parseIgnoreFile(
  text: string,
  onBadPattern: (start: number, end: number) => void = () => {},
): IgnoreFile {
  const rules: IgnoreRule[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const start = offset;
    offset += line.length + 1;
    const trimmed = line.replace(start === 0 ? /^\uFEFF/ : /^$/, '').trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const isException = trimmed.startsWith('!');
    const pattern = cleanPath(trimmed.slice(isException ? 1 : 0).trim());
    if (pattern === '') continue;
    const matches = compilePattern(pattern, { doubleStar: true });
    if (matches) rules.push({ matches, isException });
    else onBadPattern(start, start + line.length);
  }
  return (path) => isIgnored(rules, path);
}

/** The same for the patterns of `--exclude`; a failure names the one that cannot be read. */
export function parseExcludes(patterns: readonly string[]): Result<IgnoreFile, string> {
  let bad: string | undefined;
  const rules: IgnoreRule[] = [];
  for (const text of patterns) {
    const isException = text.startsWith('!');
    const pattern = cleanPath(text.slice(isException ? 1 : 0).trim());
    const matches = compilePattern(pattern, { doubleStar: true });
    if (matches) rules.push({ matches, isException });
    else bad ??= text;
  }
  return bad === undefined ? ok((path) => isIgnored(rules, path)) : fail(bad);
}

function isIgnored(rules: readonly IgnoreRule[], path: string): boolean {
  const names = path.split('/');
  const paths = names.map((_, index) => names.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const { matches, isException } of rules) {
    if (ignored !== isException) continue;
    if (paths.some((each) => matches.test(each))) ignored = !isException;
  }
  return ignored;
}

/** As Go's `filepath.Clean`, relative to the context. */
export function cleanPath(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..' && names.length > 0 && names.at(-1) !== '..') names.pop();
    else names.push(name);
  }
  while (names[0] === '..' && path.startsWith('/')) names.shift();
  return names.join('/');
}

import type { SourceFolder } from '../action/index.ts';

/**
 * A path in the working folder, absolute or relative, with what may follow where a tool names a place in it:
 * `a/b.c:3:5`, `a/b.ts(3,5)`.
 */
const MENTION =
  /(?<![\w.@+/-])(?:((?:file:\/\/)?\/w\/)|\.\/)?((?:[\w.@+-]+\/)*[\w.@+-]*[\w@+-])(?=(:\d|\(\d+[,)])?)/g;

/**
 * What a command said of sources in its working folder, told of where they lie in the workspace. A relative path is taken for
 * one of the working folder only with a place behind it; what is no source stays as it is.
 */
export function sourcePlaces(text: string, { directory, has }: SourceFolder): string {
  const prefix = directory === '' ? '' : `${directory}/`;
  return text.replace(MENTION, (said: string, root: string | undefined, path: string, place?: string) =>
    (root !== undefined || place !== undefined) && has(path) ? `${prefix}${path}` : said,
  );
}

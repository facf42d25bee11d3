import { posix } from 'node:path';
import type { ToolContext } from '../tool.ts';
import { readSourceMap, type SourceMap } from './source-map.ts';
import { anyRan, type RunMap, ranAt, runMap, type ScriptCoverage } from './v8-ranges.ts';

type FileLines = readonly [path: string, lines: ReadonlyMap<number, boolean>];

/** What Node knew of a script that names a map: how long its lines are, and the map itself. */
export interface MadeScript {
  readonly lineLengths?: readonly number[];
  /** `null` where the map could not be read. */
  readonly data?: object | null;
}

export interface RanScript extends ScriptCoverage {
  readonly made?: MadeScript | undefined;
}

/** Whether the lines of a script ran, by file: its own, or those of what it was made of. */
export function linesThatRan(
  context: Pick<ToolContext, 'fs' | 'workingDirectory'>,
  path: string,
  script: Pick<RanScript, 'url' | 'functions' | 'made'>,
): FileLines[] {
  const text = context.fs.readText(posix.join(context.workingDirectory, path));
  const ran = runMap(script);
  const { data, lineLengths } = script.made ?? {};
  const map = mapOf(context, path, text) ?? (data ? readSourceMap(JSON.stringify(data)) : undefined);
  if (!map) return [[path, ownLines(text, ran)]];
  const mapped = sourceLines(lineLengths ? startsOf(lineLengths) : lineStarts(text), ran, map);
  const isFile = (each: string): boolean =>
    context.fs.lstat(posix.join(context.workingDirectory, each))?.type === 'file';
  return mapped.flatMap(([source, lines]): FileLines[] => {
    const named = map.sources[source];
    const at = named === undefined ? undefined : placeOf(named, path, pathOfUrl(script.url));
    return at !== undefined && !at.startsWith('../') && isFile(at) ? [[at, lines]] : [];
  });
}

/** A source of a script: relative to it, or by its URL, as Node writes it down; the script ran at `ranAt`. */
function placeOf(source: string, path: string, ranAt: string): string | undefined {
  if (!source.startsWith('file:')) return posix.join(posix.dirname(path), source);
  const root = ranAt.slice(0, ranAt.length - path.length);
  const absolute = pathOfUrl(source);
  return absolute.startsWith(root) ? absolute.slice(root.length) : undefined;
}

/** Empty where it is no URL. */
export function pathOfUrl(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname);
  } catch {
    return '';
  }
}

const REFERENCE = /^\/\/[#@] ?sourceMappingURL=(\S+)\s*$/gm;
const INLINE = /^data:application\/json[^,]*?(;base64)?,(.*)$/s;

/** The map that the last line of a script names; one that cannot be read is none. */
function mapOf(
  { fs, workingDirectory }: Pick<ToolContext, 'fs' | 'workingDirectory'>,
  path: string,
  text: string,
): SourceMap | undefined {
  const reference = [...text.matchAll(REFERENCE)].at(-1)?.[1];
  if (reference === undefined) return undefined;
  const inline = INLINE.exec(reference);
  if (inline) {
    const [, isBase64, data = ''] = inline;
    return readSourceMap(isBase64 ? Buffer.from(data, 'base64').toString() : unescaped(data));
  }
  const file = posix.resolve(workingDirectory, posix.dirname(path), unescaped(reference));
  const isInside = file.startsWith(`${workingDirectory}/`);
  return isInside && fs.lstat(file)?.type === 'file' ? readSourceMap(fs.readText(file)) : undefined;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A line ran unless all its code did not. */
function ownLines(text: string, ran: RunMap): Map<number, boolean> {
  const found = new Map<number, boolean>();
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const code = line.trim();
    if (code !== '') {
      const first = start + line.indexOf(code[0]!);
      found.set(index + 1, anyRan(ran, first, first + code.length));
    }
    start += line.length + 1;
  }
  return found;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function startsOf(lineLengths: readonly number[]): number[] {
  let start = 0;
  return lineLengths.map((length) => {
    const at = start;
    start += length + 1;
    return at;
  });
}

/** A line of a source ran where a place that was made of it did. */
function sourceLines(
  starts: readonly number[],
  ran: RunMap,
  { places }: SourceMap,
): [number, Map<number, boolean>][] {
  const bySource = new Map<number, Map<number, boolean>>();
  for (const { line, column, source, sourceLine } of places) {
    const offset = (starts[line] ?? Number.MAX_SAFE_INTEGER) + column;
    const lines = bySource.get(source) ?? new Map<number, boolean>();
    lines.set(sourceLine + 1, ranAt(ran, offset) || (lines.get(sourceLine + 1) ?? false));
    bySource.set(source, lines);
  }
  return [...bySource];
}

import { posix } from 'node:path';
import { compareTexts, ok } from '../../base/index.ts';
import { filesIn, listFolder } from '../folder.ts';
import { badInput, type Tool, type ToolContext, usage } from '../tool.ts';
import { linesThatRan, type MadeScript, pathOfUrl, type RanScript } from './script-lines.ts';
import type { ScriptCoverage } from './v8-ranges.ts';

/**
 * `v8-lcov v2 <folder> <out>`: what Node wrote to `NODE_V8_COVERAGE`, as a tracefile of lcov. Scripts of the working folder count,
 * packages do not; a script with a source map counts as the sources that it was made of, where they are there. A line ran where it did
 * in one of the processes.
 */
export const v8Lcov: Tool = async (operands, context) => {
  const [folder, out] = operands;
  if (operands.length !== 2 || folder === undefined || out === undefined)
    return usage('v8-lcov <folder> <out>');
  const { fs, workingDirectory } = context;
  const at = posix.resolve(workingDirectory, folder);
  const scripts: RanScript[] = [];
  for (const entry of fs.lstat(at) ? listFolder(fs, at) : []) {
    if (entry.kind !== 'file' || !entry.path.endsWith('.json')) continue;
    const found = scriptsIn(fs.readText(entry.source));
    if (!found) return badInput(`${folder}/${entry.path} is no report of V8`);
    scripts.push(...found);
  }
  fs.writeFile(posix.resolve(workingDirectory, out), tracefile(merged(context, scripts)));
  return ok(undefined);
};

interface Report {
  readonly result?: ScriptCoverage[];
  /** By URL, of scripts that name a map: a loader may have made them of a file that is something else. */
  readonly 'source-map-cache'?: Readonly<Record<string, MadeScript | undefined>>;
}

function scriptsIn(text: string): RanScript[] | undefined {
  try {
    const { result, 'source-map-cache': maps = {} } = JSON.parse(text) as Report;
    if (!Array.isArray(result)) return undefined;
    return result
      .filter(({ url }) => url.startsWith('file://'))
      .map((script) => ({ ...script, made: maps[script.url] }));
  } catch {
    return undefined;
  }
}

type Lines = Map<number, boolean>;

function merged(context: ToolContext, scripts: readonly RanScript[]): Map<string, Lines> {
  const isThere = filesIn(context.fs, context.workingDirectory);
  const files = new Map<string, Lines>();
  const place = placeOf(
    scripts.map(({ url }) => pathOfUrl(url)),
    isThere,
  );
  for (const script of scripts) {
    const path = place(pathOfUrl(script.url));
    if (path === undefined || /(^|\/)node_modules\//.test(path)) continue;
    for (const [file, lines] of linesThatRan(context, path, script)) {
      const known = files.get(file) ?? new Map<number, boolean>();
      for (const [line, ran] of lines) known.set(line, ran || (known.get(line) ?? false));
      files.set(file, known);
    }
  }
  return files;
}

/** The tests may have run elsewhere than we do: their folder is the one below which most of their scripts are files of ours. */
function placeOf(
  paths: readonly string[],
  isThere: (path: string) => boolean,
): (path: string) => string | undefined {
  const votes = new Map<string, number>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let index = 1; index < parts.length; index++) {
      if (!isThere(parts.slice(index).join('/'))) continue;
      const root = `${parts.slice(0, index).join('/')}/`;
      votes.set(root, (votes.get(root) ?? 0) + 1);
      break;
    }
  }
  const [root] = [...votes].sort((a, b) => b[1] - a[1])[0] ?? [];
  return (path) => {
    if (root === undefined || !path.startsWith(root)) return undefined;
    const inside = path.slice(root.length);
    return isThere(inside) ? inside : undefined;
  };
}

/** Sorted, so that the same runs give the same bytes. */
function tracefile(files: ReadonlyMap<string, Lines>): string {
  const records = [...files]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([path, lines]) => {
      const sorted = [...lines].sort(([a], [b]) => a - b);
      const hit = sorted.filter(([, ran]) => ran).length;
      const data = sorted.map(([line, ran]) => `DA:${line},${ran ? 1 : 0}`);
      return ['TN:', `SF:${path}`, ...data, `LH:${hit}`, `LF:${sorted.length}`, 'end_of_record', ''].join(
        '\n',
      );
    });
  return records.join('');
}

import type { SourceFile, Span } from '../base/index.ts';
import type { BuildStep } from '../config/index.ts';
import { parseJsonObject } from './json-source.ts';
import type { ObservedFiles } from './observed-files.ts';

/** The step of a component folder that has no steps of its own: `build.sh`, `make build` or `npm run build`. */
export function recogniseStep(files: ObservedFiles, directory: string): BuildStep | undefined {
  if (files.isFile(`${directory}/build.sh`)) {
    const source = files.source(`${directory}/build.sh`);
    return source && { name: 'build', command: { value: './build.sh', span: firstLine(source) } };
  }
  const make = recogniseMakefile(files, directory);
  if (make) return { name: 'build', command: { value: 'make build', span: make } };
  const script = recognisePackageScript(files, directory);
  return script && { name: 'build', command: { value: 'npm run build', span: script } };
}

/** Where a Makefile declares the target `build`. */
function recogniseMakefile(files: ObservedFiles, directory: string): Span | undefined {
  const name = ['GNUmakefile', 'makefile', 'Makefile'].find((each) => files.isFile(`${directory}/${each}`));
  const source = name === undefined ? undefined : files.source(`${directory}/${name}`);
  const match = source && /^build[ \t]*:(?!=)/m.exec(source.text);
  return match ? { file: source, start: match.index, end: match.index + 'build'.length } : undefined;
}

/** Where a package.json declares the script `build`. */
export function recognisePackageScript(files: ObservedFiles, directory: string): Span | undefined {
  if (!files.isFile(`${directory}/package.json`)) return undefined;
  const source = files.source(`${directory}/package.json`);
  if (!source) return undefined;
  const scripts = scriptsOf(source, files);
  if (typeof scripts?.build !== 'string') return undefined;
  const within = source.text.indexOf('"scripts"');
  const start = source.text.indexOf('"build"', Math.max(within, 0));
  return start < 0 ? firstLine(source) : { file: source, start, end: start + '"build"'.length };
}

function scriptsOf(source: SourceFile, files: ObservedFiles): Record<string, unknown> | undefined {
  const parsed = parseJsonObject(source);
  if (!('value' in parsed)) {
    files.report(parsed);
    return undefined;
  }
  const { scripts } = parsed.value;
  return isRecord(scripts) ? scripts : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function firstLine(file: SourceFile): Span {
  const end = file.text.indexOf('\n');
  return { file, start: 0, end: end < 0 ? file.text.length : end };
}

import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { IntegrityCode } from './diagnostics.ts';

/** A file as it was; modes are permission bits. */
export type Entry =
  | { readonly path: string; readonly type: 'file'; readonly mode: number; readonly sha256: string }
  | { readonly path: string; readonly type: 'directory'; readonly mode: number }
  | { readonly path: string; readonly type: 'symlink'; readonly target: string }
  /** A device, a socket or a pipe, of which there is nothing to hash. */
  | { readonly path: string; readonly type: 'other'; readonly mode: number };

/** A program that PATH found. */
export interface ToolEntry {
  readonly name: string;
  /** Links followed. */
  readonly path: string;
  readonly sha256: string;
}

export interface Baseline {
  /** What it covers, relative to the workspace: what is new below one of these was added. */
  readonly covers: readonly string[];
  /** By path. */
  readonly entries: readonly Entry[];
  readonly tools: readonly ToolEntry[];
}

const VERSION = 1;

/** One line for each file, so that a difference of two baselines can be read. The same files give the same bytes. */
export function baselineText({ covers, entries, tools }: Baseline): string {
  const lines = (list: readonly unknown[]): string =>
    list.length === 0 ? '[]' : `[\n${list.map((each) => `    ${JSON.stringify(each)}`).join(',\n')}\n  ]`;
  const written = entries.map((entry) =>
    'mode' in entry ? { ...entry, mode: entry.mode.toString(8).padStart(4, '0') } : entry,
  );
  const head = `  "version": ${VERSION},\n  "covers": ${JSON.stringify(covers)}`;
  return `{\n${head},\n  "entries": ${lines(written)},\n  "tools": ${lines(tools)}\n}\n`;
}

/** Reads a baseline; a trust boundary. */
export function parseBaseline(text: string, path: string): Result<Baseline, Diagnostic> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(bad(path, 'it is no JSON'));
  }
  const { version, covers, entries, tools } = fieldsOf(value);
  if (version !== VERSION) return fail(bad(path, `its version is not ${VERSION}`));
  if (!isList(covers) || !isList(entries) || !isList(tools)) return fail(bad(path, 'a list is missing'));
  const read = entries.map(entryOf);
  const wrong = read.indexOf(undefined);
  if (wrong >= 0) return fail(bad(path, `number ${wrong + 1} of its entries is none`));
  if (!covers.every(isText) || !tools.every(isTool)) return fail(bad(path, 'a tool or a path is none'));
  return ok({ covers, entries: read as Entry[], tools });
}

function bad(path: string, message: string): Diagnostic {
  const code: IntegrityCode = 'integrity/bad-baseline';
  const hint = 'take it from where it is kept, or make a new one once you know that all is well';
  return { code, severity: 'error', message, path, hint, cause: 'input' };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isSha256(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isTool(value: unknown): value is ToolEntry {
  const { name, path, sha256 } = fieldsOf(value);
  return isText(name) && isText(path) && isSha256(sha256);
}

function entryOf(value: unknown): Entry | undefined {
  const { path, type, mode: octal, sha256, target } = fieldsOf(value);
  if (!isText(path)) return undefined;
  if (type === 'symlink') return isText(target) ? { path, type, target } : undefined;
  if (typeof octal !== 'string' || !/^[0-7]{4}$/.test(octal)) return undefined;
  const mode = Number.parseInt(octal, 8);
  if (type === 'file') return isSha256(sha256) ? { path, type, mode, sha256 } : undefined;
  return type === 'directory' || type === 'other' ? { path, type, mode } : undefined;
}

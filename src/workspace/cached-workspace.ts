import { dirname } from 'node:path/posix';
import { sha256 } from '../base/index.ts';
import type { Variables } from '../config/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { KnownChanges } from './known-changes.ts';
import { observeWorkspace } from './load-workspace.ts';
import { type Observations, observationsOf, stillHolds } from './observations.ts';
import { textOf } from './observed-files.ts';
import type { LoadedWorkspace, LoadOptions } from './workspace.ts';
import { type CachedContent, decodeContent, encodeContent } from './workspace-codec.ts';

/** Of this file's format and of the meaning of what it holds. */
const VERSION = 1;

export interface CachedLoadOptions extends LoadOptions {
  /** Absolute; need not exist. */
  readonly cacheFile: string;
  /** Names our own program (a version or digest), so that another one does not take over what this one parsed. */
  readonly program?: string;
  /** Spares looking at what has not changed. */
  readonly known?: KnownChanges | undefined;
}

export interface KeptWorkspace extends LoadedWorkspace {
  /** Whether `lstat` would show a later change of what it was read from: not where a link was followed. */
  readonly isLasting: boolean;
}

interface CacheFile {
  readonly version: number;
  readonly program: string;
  readonly root: string;
  /** SHA-256 of the value, or nothing where the variable had none. */
  readonly variables: Readonly<Record<string, string | null>>;
  readonly observations: Observations;
  readonly files: readonly string[];
  readonly content: unknown;
}

/**
 * `loadWorkspace` that repeats an earlier load without reading, as long as `lstat` shows that nothing it depended on
 * has changed. Only loads without errors are kept. A cache that cannot be read or written costs time, nothing else.
 */
export async function loadWorkspaceCached(options: CachedLoadOptions): Promise<KeptWorkspace> {
  return readCache(options) ?? (await loadAndKeep(options));
}

function readCache(options: CachedLoadOptions): KeptWorkspace | undefined {
  const { fs, root, variables, program = '' } = options;
  const cache = parseCache(readFile(fs, options.cacheFile));
  if (cache?.version !== VERSION || cache.program !== program || cache.root !== root) return undefined;
  for (const name in cache.variables) {
    if (cache.variables[name] !== fingerprint(variables, name)) return undefined;
  }
  if (!stillHolds(cache.observations, options)) return undefined;
  const readText = (path: string): string => textOf(fs.readFile(`${root}/${path}`)) ?? '';
  const { workspace, diagnostics } = decodeContent(cache.content, { files: cache.files, readText });
  return { value: workspace, diagnostics, isLasting: true };
}

/** The first line is the digest of the rest, so that a damaged file is never believed. */
function parseCache(text: string | undefined): CacheFile | undefined {
  if (text === undefined || text[64] !== '\n') return undefined;
  const body = text.slice(65);
  return sha256(body) === text.slice(0, 64) ? (JSON.parse(body) as CacheFile) : undefined;
}

function readFile(fs: FileSystem, path: string): string | undefined {
  try {
    return fs.readTextIfExists(path);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

async function loadAndKeep(options: CachedLoadOptions): Promise<KeptWorkspace> {
  const beganMs = timeOfFileSystem(options);
  const { loaded, files, usedVariables } = await observeWorkspace(options);
  const observations = beganMs === undefined ? undefined : observationsOf(files, beganMs);
  const { value: workspace, diagnostics } = loaded;
  if (workspace && observations) {
    keep(options, { content: { workspace, diagnostics }, observations, usedVariables });
  }
  return { ...loaded, isLasting: observations !== undefined };
}

/** The clock that stamps files: not always the one that the process reads. */
function timeOfFileSystem({ fs, cacheFile }: CachedLoadOptions): number | undefined {
  const marker = `${cacheFile}.began`;
  try {
    fs.makeDirectory(dirname(cacheFile));
    fs.replaceFile(marker, '', 0o600);
    return fs.lstat(marker)?.mtimeMs;
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function keep(
  { fs, root, variables, cacheFile, program = '' }: CachedLoadOptions,
  {
    content,
    observations,
    usedVariables,
  }: {
    content: CachedContent;
    observations: Observations;
    usedVariables: ReadonlySet<string>;
  },
): void {
  const names = [...usedVariables].sort();
  const body = JSON.stringify({
    version: VERSION,
    program,
    root,
    variables: Object.fromEntries(names.map((name) => [name, fingerprint(variables, name)])),
    observations,
    ...encodeContent(content),
  } satisfies CacheFile);
  try {
    fs.replaceFile(cacheFile, `${sha256(body)}\n${body}`, 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

function fingerprint(variables: Variables, name: string): string | null {
  return Object.hasOwn(variables, name) ? sha256(variables[name]!) : null;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}

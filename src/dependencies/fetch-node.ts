import type { Diagnostic, Digest } from '../base/index.ts';
import { batches, forEachBounded } from './bounded.ts';
import type { ClientContext } from './client.ts';
import { addToNpmCache, takeFromNpmCache } from './npm.ts';

export interface NodeFile {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/** One npm process takes some tarballs at a time: its start costs more than a small package. */
const BATCH = 24;
const PROCESSES = 3;

/** Fetches tarballs by exact version into the store; each is told once it is verified. */
export async function fetchNode<File extends NodeFile>(
  context: ClientContext,
  files: readonly File[],
  onFetched: (file: File, digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  const unique = [...new Map(files.map((file) => [file.integrity, file])).values()];
  const absent = unique.filter((file) => !take(context, file, onFetched));
  const diagnostics: Diagnostic[] = [];
  await forEachBounded(batches(absent, BATCH), PROCESSES, async (batch) => {
    const added = await addToNpmCache(
      context,
      batch.map(({ name, version }) => `${name}@${version}`),
    );
    const left = batch.filter((file) => !take(context, file, onFetched));
    if (!added.ok) diagnostics.push(added.failure);
    else diagnostics.push(...left.map(wrongContent));
  });
  return diagnostics;
}

function take<File extends NodeFile>(
  context: ClientContext,
  file: File,
  onFetched: (file: File, digest: Digest) => void,
): boolean {
  const digest = takeFromNpmCache(context, file.integrity);
  if (digest) onFetched(file, digest);
  return digest !== undefined;
}

function wrongContent(file: NodeFile): Diagnostic {
  return {
    code: 'dependencies/wrong-content',
    severity: 'error',
    message: `the npm index gives other bytes for ${file.name}@${file.version} than the lock states (${file.integrity.slice(0, 24)}…)`,
    hint: 'check the registry or mirror that npm is set to; if the change is right, lock anew with `mobileops deps lock`',
    cause: 'environment',
  };
}

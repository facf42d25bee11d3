import { posix } from 'node:path';
import type { Diagnostic, Digest } from '../base/index.ts';
import { batches, forEachBounded } from './bounded.ts';
import type { ChosenFile } from './chosen-files.ts';
import { type ClientContext, scratchFolder } from './client.ts';
import { pipDownload, requirePython } from './pip.ts';

const BATCH = 10;
const PROCESSES = 3;
/** A large wheel gets a process of its own, so that it does not hold up the others. */
const LARGE_BYTES = 16 * 2 ** 20;

type Wheel = ChosenFile & { readonly sha256: string };

/** Fetches wheels by hash into the store; each is told once it is verified. */
export async function fetchPython<File extends Wheel>(
  context: ClientContext,
  files: readonly File[],
  onFetched: (file: File, digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  if (files.length === 0) return [];
  const python = await requirePython(context);
  if (!python.ok) return [python.failure];
  const { fs } = context.host;
  const diagnostics: Diagnostic[] = [];
  await forEachBounded(pipBatches(files), PROCESSES, async (batch) => {
    using scratch = scratchFolder(context);
    const lines = batch.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}`);
    const what = batch.length === 1 ? batch[0]!.file : `${batch[0]!.file} and ${batch.length - 1} more`;
    const done = await pipDownload(context, { python: python.value, lines, destination: scratch.path, what });
    for (const file of batch) {
      const path = posix.join(scratch.path, file.file);
      if (fs.lstat(path)?.type !== 'file') continue;
      const digest = context.cas.putFile(path);
      if (digest.hash === file.sha256) onFetched(file, digest);
      else diagnostics.push(wrongContent(file));
    }
    if (!done.ok) diagnostics.push(done.failure);
  });
  return diagnostics;
}

/** pip takes one version of a name in a call. */
function pipBatches<File extends Wheel>(files: readonly File[]): readonly (readonly File[])[] {
  const isLarge = ({ digest }: File): boolean => (digest?.sizeBytes ?? 0) >= LARGE_BYTES;
  const rounds: Map<string, File>[] = [];
  for (const file of files) {
    if (isLarge(file)) continue;
    const round = rounds.find((each) => !each.has(file.name));
    if (round) round.set(file.name, file);
    else rounds.push(new Map([[file.name, file]]));
  }
  return [
    ...files.filter(isLarge).map((file) => [file]),
    ...rounds.flatMap((round) => batches([...round.values()], BATCH)),
  ];
}

function wrongContent(file: Wheel): Diagnostic {
  return {
    code: 'dependencies/wrong-content',
    severity: 'error',
    message: `${file.file} is not the file that is locked`,
    hint: 'check the index or mirror that pip is set to; if the change is right, lock anew with `mobileops deps lock`',
    cause: 'environment',
  };
}

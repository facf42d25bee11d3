import type { Checked, Diagnostic, Digest } from '../base/index.ts';
import type { ClientContext } from './client.ts';
import type { LockedFileEntry } from './model.ts';

export interface MavenQuestion {
  readonly what: string;
  readonly coordinates: readonly string[];
  /** Without what they ask for in turn. */
  readonly isAlone: boolean;
}

/** Resolves coordinates to jars and fetches them, so that their hashes are known. */
export async function lockMaven(
  _context: ClientContext,
  _question: MavenQuestion,
): Promise<Checked<readonly LockedFileEntry[] | undefined>> {
  return { value: undefined, diagnostics: [] };
}

/** Fetches jars by coordinate into the store. */
export async function fetchMaven(
  _context: ClientContext,
  _files: readonly LockedFileEntry[],
  _onFetched: (file: LockedFileEntry, digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  return [];
}

/** What the tests' own `mobileops prepare` fetched (see scripts/test.mjs) of the tools in the lock of the example platform. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
export const EXAMPLE_LOCK = join(ROOT, 'examples/platform/mobileops.lock');
export const TEST_CACHE = process.env.MOBILEOPS_TEST_CACHE ?? join(ROOT, 'build-cache/test-cache');

interface LockedTool {
  readonly files: readonly { readonly file: string; readonly sha256?: string }[];
}

export interface PreparedFile {
  readonly file: string;
  /** Relative to a cache. */
  readonly place: string;
  readonly isThere: boolean;
}

export function preparedFiles(tool: string): readonly PreparedFile[] {
  const lock = JSON.parse(readFileSync(EXAMPLE_LOCK, 'utf8')) as { tools: Record<string, LockedTool> };
  // Of other machines than the one that locked there is no digest.
  return (lock.tools[tool]?.files ?? []).flatMap(({ file, sha256 }) => {
    if (sha256 === undefined) return [];
    const place = join('cas', sha256.slice(0, 2), sha256);
    return [{ file, place, isThere: existsSync(join(TEST_CACHE, place)) }];
  });
}

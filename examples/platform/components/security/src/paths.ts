import { realpath } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';

/** The path of `untrusted` below `root`, or undefined when it would lie elsewhere or is no plain path. */
export function resolveInside(root: string, untrusted: string): string | undefined {
  if (untrusted.includes('\0') || untrusted.includes('\\') || isAbsolute(untrusted)) return undefined;
  const path = normalize(untrusted);
  if (path === '..' || path.startsWith(`..${sep}`)) return undefined;
  return join(root, path);
}

/** Like `resolveInside`, and follows symbolic links: what they lead to must lie below `root` and exist. */
export async function realpathInside(root: string, untrusted: string): Promise<string | undefined> {
  const path = resolveInside(root, untrusted);
  if (path === undefined) return undefined;
  try {
    const [folder, target] = await Promise.all([realpath(root), realpath(path)]);
    return target === folder || target.startsWith(folder.endsWith(sep) ? folder : folder + sep)
      ? target
      : undefined;
  } catch {
    return undefined;
  }
}

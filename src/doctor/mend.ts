import { type FileSystem, type Host, isMarkLive } from '../host/index.ts';
import type { DoctorReport, Finding, Mend } from './model.ts';

/** Does what is safe about the findings, and says of each what it did, or why it could not. */
export function mend(host: Host, { findings, notChecked }: DoctorReport): DoctorReport {
  return { findings: findings.map((finding) => mendOne(host, finding)), notChecked };
}

function mendOne(host: Host, finding: Finding): Finding {
  if (!finding.mend) return finding;
  try {
    const done = apply(host, finding.mend);
    if (done === undefined) return { ...finding, mended: 'left as it is: it changed meanwhile' };
    const { why: _, remedy: __, mend: ___, ...rest } = finding;
    return { ...rest, severity: 'fine', mended: done };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { ...finding, mended: `could not be mended: ${String(error.code)}` };
  }
}

/** What was done; `undefined` where it is no longer as it was seen. */
function apply(host: Host, one: Mend): string | undefined {
  const { fs } = host;
  if (one.kind === 'mode') return setMode(fs, one);
  if (one.kind === 'mark') {
    if (fs.lstat(one.path)?.type !== 'file' || isMarkLive(host, one.path)) return undefined;
    fs.unlink(one.path);
    return `removed ${one.path}`;
  }
  const same = one.entries.filter(({ path, inode }) => fs.lstat(path)?.inode === inode);
  for (const { path } of same) fs.remove(path);
  return same.length === 0 ? undefined : `removed ${same.map(({ path }) => path).join(', ')}`;
}

function setMode(
  fs: FileSystem,
  { path, set, keep }: Extract<Mend, { readonly kind: 'mode' }>,
): string | undefined {
  const stat = fs.lstat(path);
  // Behind a link lies what nobody looked at.
  if (stat?.type !== 'file') return undefined;
  const mode = (stat.mode & keep) | set;
  fs.chmod(path, mode);
  return `set the mode of ${path} to ${mode.toString(8).padStart(4, '0')}`;
}

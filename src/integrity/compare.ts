import { compareTexts, type Diagnostic } from '../base/index.ts';
import type { Baseline, Entry, ToolEntry } from './baseline.ts';
import type { IntegrityCode } from './diagnostics.ts';

export interface Difference {
  readonly path: string;
  readonly kind: 'changed' | 'missing' | 'added';
  /** Of a change: `content`, `mode 0755, was 0644`. */
  readonly what: readonly string[];
}

/** Everything that is not as the baseline says, by path. */
export function compareEntries(before: readonly Entry[], now: readonly Entry[]): readonly Difference[] {
  const was = new Map(before.map((entry) => [entry.path, entry]));
  const is = new Map(now.map((entry) => [entry.path, entry]));
  const differences: Difference[] = [];
  for (const [path, entry] of was) {
    const found = is.get(path);
    const what = found ? changes(entry, found) : [];
    if (!found) differences.push({ path, kind: 'missing', what });
    else if (what.length > 0) differences.push({ path, kind: 'changed', what });
  }
  for (const path of is.keys()) if (!was.has(path)) differences.push({ path, kind: 'added', what: [] });
  return differences.sort((a, b) => compareTexts(a.path, b.path));
}

function changes(was: Entry, is: Entry): string[] {
  if (was.type !== is.type) return [`a ${is.type}, was a ${was.type}`];
  const what: string[] = [];
  if (was.type === 'symlink' && is.type === 'symlink' && was.target !== is.target)
    what.push(`leads to ${is.target}, was ${was.target}`);
  if (was.type === 'file' && is.type === 'file' && was.sha256 !== is.sha256) what.push('content');
  if ('mode' in was && 'mode' in is && was.mode !== is.mode)
    what.push(`mode ${octal(is.mode)}, was ${octal(was.mode)}`);
  return what;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** What became of the programs that a baseline names. */
export function compareTools({ tools }: Baseline, now: readonly ToolEntry[]): readonly Diagnostic[] {
  const is = new Map(now.map((tool) => [tool.name, tool]));
  return tools.flatMap(({ name, path, sha256 }) => {
    const found = is.get(name);
    if (!found) return [toolChanged(path, `${name} is gone`)];
    if (found.path !== path) return [toolChanged(found.path, `PATH finds ${name} here now, not at ${path}`)];
    return found.sha256 === sha256 ? [] : [toolChanged(path, `${name} has another content`)];
  });
}

function toolChanged(path: string, message: string): Diagnostic {
  const code: IntegrityCode = 'integrity/tool-changed';
  const hint = 'after an update of the machine: `mobileops integrity baseline`';
  return { code, severity: 'error', message, path, hint, cause: 'input' };
}

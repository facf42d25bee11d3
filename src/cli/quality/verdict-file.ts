import { join } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';
import { type GateLine, type GateReport, isRed } from '../../quality/index.ts';
import type { GateException, GateVerdict } from '../../release/index.ts';

/** What the last check of all targets found, for a release of the same commit. */
const FILE = 'build-cache/gates.json';

/** Kept for a commit that was checked as it is; with changes beside it nothing is known of any commit. */
export function keepVerdict(
  fs: FileSystem,
  root: string,
  { report, commit }: { readonly report: GateReport; readonly commit: string | undefined },
): void {
  const path = join(root, FILE);
  if (commit === undefined) fs.remove(path);
  else
    fs.replaceFile(path, `${JSON.stringify({ version: 1, ...verdictOf(report, commit) }, undefined, 2)}\n`);
}

/** What lies in the file, where it can be read: it is our own, and losing it means that nothing was checked. */
export function readVerdict(fs: FileSystem, root: string): GateVerdict | undefined {
  const text = fs.readTextIfExists(join(root, FILE));
  if (text === undefined) return undefined;
  try {
    const { version, ...verdict } = JSON.parse(text) as GateVerdict & { readonly version: number };
    return version === 1 && typeof verdict.commit === 'string' && Array.isArray(verdict.gates)
      ? verdict
      : undefined;
  } catch {
    return undefined;
  }
}

function verdictOf({ lines }: GateReport, commit: string): GateVerdict {
  const byGate = Map.groupBy(lines, ({ gate }) => gate);
  const gates = [...byGate].map(([gate, own]) => {
    const red = own.filter(isRed);
    const isFailed = red.some(({ status }) => status === 'failed');
    const state =
      red.length === 0 ? ('green' as const) : isFailed ? ('red' as const) : ('not-measured' as const);
    return { name: nameOf(gate), state, why: red.map(whyOf).join('; ') };
  });
  const exceptions = lines.flatMap(exceptionOf);
  return { commit, gates, ...(exceptions.length > 0 ? { exceptions } : {}) };
}

/** As `--past-gate` writes it: `code-quality`. */
function nameOf(gate: GateLine['gate']): string {
  return gate.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function whyOf({ subject, measured, why, threshold }: GateLine): string {
  return `${subject}: ${measured ?? why ?? ''}${threshold === undefined ? '' : `, wanted ${threshold}`}`;
}

function exceptionOf({ gate, subject, measured, why, exception }: GateLine): GateException[] {
  if (!exception) return [];
  const { reason, by, expires } = exception;
  const found = measured ?? why ?? '';
  return [{ gate: nameOf(gate), reason: `${subject} (${found}): ${reason}; by ${by}, until ${expires}` }];
}

import type { Examined, FailedStep } from '../examined.ts';
import { broken, fine, found } from '../found.ts';
import { shownLog } from '../log-of-step.ts';
import type { DoctorReport } from '../model.ts';
import { inDeclared } from '../no-workspace.ts';

const ID = 'build/last-failure';
/** As many as the document's script shows. */
const LINES = 50;
/** Of the others only the names are told. */
const OTHERS = 5;
const SHOWN_REASONS = 3;

export function checkLastFailure(examined: Examined): DoctorReport {
  return inDeclared(examined, ID, ({ root, declared: { failures } }) => {
    const [last, ...others] = [...failures].sort((a, b) => b.time - a.time || (a.id < b.id ? -1 : 1));
    if (!last) return found(fine(ID, 'no target failed when it was last built'));
    const log = shownLog(examined, { root, id: last.id, lines: LINES });
    const detail = [
      // Of a step that ran, the reasons say why it did.
      ...(log
        ? [`the end of what it said (${log.path}):`, ...log.lines.map((line) => `| ${line}`)]
        : last.reasons.slice(0, SHOWN_REASONS)),
      ...(others.length > 0 ? [`also failed: ${named(others)}`] : []),
    ];
    const when = new Date(last.time).toISOString().slice(0, 19).replace('T', ' ');
    const seen = `${last.id} failed on ${when} UTC`;
    return found(broken(ID, seen, { remedy: `mobileops build ${last.label}`, detail }));
  });
}

function named(failures: readonly FailedStep[]): string {
  const more = failures.length > OTHERS ? `, and ${failures.length - OTHERS} more` : '';
  return `${failures
    .slice(0, OTHERS)
    .map(({ id }) => id)
    .join(', ')}${more}`;
}

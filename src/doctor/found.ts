import { FINDINGS, type FindingId } from './finding-table.ts';
import type { DoctorReport, Finding, NotChecked } from './model.ts';

/** What of a finding depends on the case. */
export type Case = Pick<Finding, 'remedy' | 'mend' | 'detail'>;

export function fine(id: FindingId, seen: string): Finding {
  return { id, severity: 'fine', seen };
}

export function warning(id: FindingId, seen: string, more: Case): Finding {
  return { id, severity: 'warning', seen, why: FINDINGS[id], ...more };
}

export function broken(id: FindingId, seen: string, more: Case): Finding {
  return { id, severity: 'broken', seen, why: FINDINGS[id], ...more };
}

/** A part of the report. */
export function found(...findings: readonly Finding[]): DoctorReport {
  return { findings, notChecked: [] };
}

export function notChecked(id: FindingId, why: string): DoctorReport {
  const one: NotChecked = { id, why };
  return { findings: [], notChecked: [one] };
}

/** What several parts find is said once: two build types may have one key. */
export function together(parts: readonly DoctorReport[]): DoctorReport {
  return {
    findings: unique(parts.flatMap(({ findings }) => findings)),
    notChecked: unique(parts.flatMap((part) => part.notChecked)),
  };
}

function unique<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

/** A word as a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

import { compareTexts, counted } from '../../base/index.ts';
import type { QualityException } from '../../config/index.ts';
import { type GateLine, isRed } from '../model.ts';

/** The lines with what is let through, and one more for each exception that is over. */
export interface Excepted {
  readonly lines: readonly GateLine[];
  readonly notes: readonly string[];
}

/**
 * Lets red lines through that an exception names. One that is over lets nothing through and is red itself, also where it is not
 * needed any more: it would be a promise that nobody holds.
 */
export function applyExceptions(
  lines: readonly GateLine[],
  exceptions: readonly QualityException[],
  nowMs: number,
): Excepted {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const isOver = ({ expires }: QualityException): boolean => compareTexts(expires, today) < 0;
  const used = new Set<QualityException>();
  const excepted = lines.map((line): GateLine => {
    const exception = isRed(line) ? exceptions.find((each) => !isOver(each) && names(each, line)) : undefined;
    if (!exception) return line;
    used.add(exception);
    const { reason, expires, by } = exception;
    return { ...line, status: 'excepted', exception: { reason, expires, by } };
  });
  // Of a target that was not looked at nothing is known.
  const isSeen = ({ target }: QualityException): boolean =>
    target === undefined || lines.some(({ subject }) => subject === target.value);
  const unused = exceptions.filter((each) => !isOver(each) && !used.has(each) && isSeen(each)).map(nameOf);
  const note = `${counted(unused.length, 'exception')} not needed: ${unused.join(', ')}`;
  return {
    lines: [...excepted, ...exceptions.filter(isOver).map(overLine)],
    notes: unused.length > 0 ? [note] : [],
  };
}

/** An exception for one target opens nothing for the whole. */
function names({ gate, target }: QualityException, line: GateLine): boolean {
  return gate.value === line.gate && (target === undefined || target.value === line.subject);
}

function nameOf({ gate, target }: QualityException): string {
  return target ? `${gate.value} of ${target.value}` : gate.value;
}

function overLine(exception: QualityException): GateLine {
  const { reason, expires, by, gate } = exception;
  return {
    gate: 'exceptions',
    subject: exception.target?.value ?? 'workspace',
    status: 'failed',
    measured: `the exception of ${nameOf(exception)} was over after ${expires}`,
    threshold: 'no exception that is over',
    evidence: [{ file: gate.span.file.path }],
    details: [`${by}: ${reason}`],
  };
}

import type { Diagnostic } from '../base/index.ts';
import type { releaseDiagnostics } from './diagnostics.ts';

/** What the quality gates say of the commit that is released. */
export interface GateVerdict {
  /** The commit that was looked at. */
  readonly commit: string;
  readonly gates: readonly GateResult[];
  /** What the configuration let through, which a release records like its own. */
  readonly exceptions?: readonly GateException[];
}

export interface GateResult {
  /** `coverage`. */
  readonly name: string;
  /** A gate that could not be measured is not green. */
  readonly state: 'green' | 'red' | 'not-measured';
  /** What was measured against what, or why it was not. */
  readonly why: string;
}

/** That a release goes out past a gate, and why; it stands in the release for everybody to read. */
export interface GateException {
  readonly gate: string;
  readonly reason: string;
}

/** What of the gates a release records. */
export type GateRecord =
  | { readonly state: 'not-checked'; readonly reason: string }
  | { readonly state: 'green' }
  | { readonly state: 'excepted'; readonly exceptions: readonly GateException[] };

/** Reads `test-coverage: the simulator is broken until Monday`. */
export function parseException(text: string): GateException | undefined {
  const [, gate, reason] = /^([a-z][a-z0-9-]*): *(\S.*)$/s.exec(text) ?? [];
  return gate === undefined || reason === undefined ? undefined : { gate, reason: reason.trim() };
}

export interface GateQuestion {
  /** Absent where no check was run. */
  readonly verdict: GateVerdict | undefined;
  readonly exceptions: readonly GateException[];
  /** That is released. */
  readonly commit: string | undefined;
  /** The release holds more than the commit, so that no check of a commit speaks for it. */
  readonly isDirty: boolean;
  /** Why it goes out without a check. */
  readonly unchecked: string | undefined;
}

export interface GateAnswer {
  readonly record: GateRecord;
  readonly problems: readonly Diagnostic[];
}

const DIRTY = 'it was made with changes that are not committed';

/** Whether a release may go out, with what it then records. Nobody knows anything of what was not checked, so that stops it, too. */
export function gateRecord(question: GateQuestion): GateAnswer {
  const { verdict, exceptions, commit, isDirty, unchecked } = question;
  if (!isDirty && verdict && verdict.commit === commit) return judgedRecord(verdict, question);
  const reason = unchecked?.trim() || (isDirty ? DIRTY : '');
  const record: GateRecord = { state: 'not-checked', reason };
  if (unchecked?.trim() === '') return { record, problems: [noReason()] };
  // Nothing is said of gates that nobody knows: the check comes first.
  if (reason === '') return { record, problems: [verdict ? staleCheck(verdict.commit) : noCheck()] };
  return { record, problems: needless(exceptions, []) };
}

function judgedRecord(verdict: GateVerdict, { exceptions, unchecked }: GateQuestion): GateAnswer {
  const open = verdict.gates.filter(({ state }) => state !== 'green');
  const excepted = new Set(exceptions.map(({ gate }) => gate));
  const problems = [
    ...(unchecked === undefined ? [] : [wasChecked()]),
    ...open.filter(({ name }) => !excepted.has(name)).map(redGate),
    ...needless(
      exceptions,
      open.map(({ name }) => name),
    ),
  ];
  const all = [...(verdict.exceptions ?? []), ...exceptions];
  const record: GateRecord =
    open.length === 0 && all.length === 0 ? { state: 'green' } : { state: 'excepted', exceptions: all };
  return { record, problems };
}

function problem(code: keyof typeof releaseDiagnostics, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'input' };
}

const CHECK = 'run `mobileops check`, or say why it goes out without: --unchecked "REASON"';

function noCheck(): Diagnostic {
  const message = 'nothing is known of the quality gates: this commit was not checked';
  return problem('release/not-checked', message, CHECK);
}

function staleCheck(commit: string): Diagnostic {
  return problem('release/stale-check', `the last check was of another commit, ${commit}`, CHECK);
}

function noReason(): Diagnostic {
  const hint = '--unchecked "the build machine has no advisories"';
  return problem('release/bad-exception', '--unchecked gives no reason', hint);
}

function wasChecked(): Diagnostic {
  const hint = 'take --unchecked out; --past-gate releases past a gate that is not green';
  return problem('release/needless-exception', 'this commit was checked', hint);
}

function redGate({ name, state, why }: GateResult): Diagnostic {
  const message = `the gate ${name} ${state === 'red' ? 'is red' : 'was not measured'}: ${why}`;
  return problem('release/red-gate', message, `mend it, or record why not: --past-gate "${name}: REASON"`);
}

/** An exception for what is green would be read as one that was needed. */
function needless(exceptions: readonly GateException[], open: readonly string[]): readonly Diagnostic[] {
  return exceptions
    .filter(({ gate }) => !open.includes(gate))
    .map(({ gate }) => {
      const message = `there is nothing to except: no check found the gate ${gate} red`;
      return problem('release/needless-exception', message, 'take --past-gate out, or run `mobileops check`');
    });
}

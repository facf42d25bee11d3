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
  | { readonly state: 'not-checked' }
  | { readonly state: 'green' }
  | { readonly state: 'excepted'; readonly exceptions: readonly GateException[] };

/** Reads `coverage: the simulator is broken until Monday`. */
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
}

/** Whether a release may go out, with what it then records. */
export function gateRecord({ verdict, exceptions, commit }: GateQuestion): {
  readonly record: GateRecord;
  readonly problems: readonly Diagnostic[];
} {
  if (!verdict) return { record: { state: 'not-checked' }, problems: needless(exceptions, []) };
  const open = verdict.gates.filter(({ state }) => state !== 'green');
  const excepted = new Set(exceptions.map(({ gate }) => gate));
  const problems = [
    ...(verdict.commit === commit ? [] : [staleCheck(verdict.commit)]),
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

function staleCheck(commit: string): Diagnostic {
  const message = `the last check was of another commit, ${commit}`;
  return problem('release/stale-check', message, 'run `mobileops check` again');
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

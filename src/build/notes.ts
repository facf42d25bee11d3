import type { Diagnostic } from '../base/index.ts';
import type { SandboxKind } from '../execution/index.ts';
import type { Remark } from '../rules/index.ts';

/** Said when actions ran without namespaces. */
export function plainNote(probe: { readonly kind: SandboxKind; readonly reason?: string }): Diagnostic[] {
  if (probe.kind === 'namespaces') return [];
  return [
    {
      code: 'build/no-namespaces',
      severity: 'note',
      message: `actions ran on copies, not in a private root: ${probe.reason ?? 'this machine has no namespaces'}`,
      hint: 'undeclared inputs are not kept out here; see docs/sandbox.md',
    },
  ];
}

/** Of an image that is not there for a platform. */
const NOT_BUILT = 'build/not-built';

/** A remark with the target that it is of. */
export interface TargetRemark {
  readonly label: string;
  readonly remark: Remark;
}

/** What of targets is left out on this machine, a note for each reason; said by every build that they belong to. */
export function remarkNotes(remarks: readonly TargetRemark[]): Diagnostic[] {
  const groups = Map.groupBy(remarks, ({ remark: { platform, reason, hint } }) =>
    JSON.stringify([platform, reason, hint]),
  );
  return [...groups.values()].map((group) => {
    const { platform, reason, hint } = group[0]!.remark;
    const labels = group.map(({ label }) => label).sort();
    return {
      code: NOT_BUILT,
      severity: 'note',
      message: `${eachOf(labels)} is not built for ${platform}: ${reason}`,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

/** A check measures what it can repeat. */
export function noDeviceInChecks(label: string): Diagnostic {
  return {
    code: 'build/no-device',
    severity: 'note',
    message: `the tests of ${label} for a device are not run: \`check\` drives no device`,
    hint: `mobileops test ${label} --category device runs them`,
  };
}

function eachOf(labels: readonly string[]): string {
  const last = labels.at(-1)!;
  return labels.length === 1 ? last : `each of ${labels.slice(0, -1).join(', ')} and ${last}`;
}

/** Tells of what is there, not of what was done. */
export function isLastingNote({ code }: Diagnostic): boolean {
  return code === NOT_BUILT;
}

/** Said when a package was installed, or the like, while actions ran. */
export const MACHINE_CHANGED: Diagnostic = {
  code: 'build/machine-changed',
  severity: 'warning',
  message: 'the machine changed while it was built: a package, a tool or a setting that actions see',
  hint: 'what was built now is not kept for later builds; run the build again',
};

export function sourceChanged(path: string): Diagnostic {
  return {
    code: 'build/source-changed',
    severity: 'error',
    message: 'changed while it was built; what needed it was not built',
    hint: 'run the build again',
    path,
  };
}

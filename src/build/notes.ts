import type { Diagnostic } from '../base/index.ts';
import type { SandboxKind } from '../execution/index.ts';

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

export function sourceChanged(path: string): Diagnostic {
  return {
    code: 'build/source-changed',
    severity: 'error',
    message: 'changed while it was built; what needed it was not built',
    hint: 'run the build again',
    path,
  };
}

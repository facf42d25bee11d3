import type { Examined, ExaminedWorkspace } from './examined.ts';
import type { FindingId } from './finding-table.ts';
import { notChecked } from './found.ts';
import type { DoctorReport } from './model.ts';

type Declared = ExaminedWorkspace & { readonly declared: NonNullable<ExaminedWorkspace['declared']> };

/** Runs a check that needs a workspace, or says why it could not be made. */
export function inWorkspace(
  { workspace }: Examined,
  id: FindingId,
  check: (workspace: ExaminedWorkspace) => DoctorReport,
): DoctorReport {
  return workspace ? check(workspace) : notChecked(id, 'no build-config.yaml is here or in a folder above');
}

/** Of one whose configuration holds together. */
export function inDeclared(
  examined: Examined,
  id: FindingId,
  check: (workspace: Declared) => DoctorReport,
): DoctorReport {
  return inWorkspace(examined, id, (workspace) => {
    const { declared } = workspace;
    return declared ? check({ ...workspace, declared }) : notChecked(id, 'the configuration has errors');
  });
}

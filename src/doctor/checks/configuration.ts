import { counted, type Diagnostic, positionOf } from '../../base/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { inWorkspace } from '../no-workspace.ts';

/** More than these are left to `validate`. */
const SHOWN = 5;

export function checkConfiguration(examined: Examined): DoctorReport {
  return inWorkspace(examined, 'workspace/configuration', ({ diagnostics, declared }) => {
    const of = (severity: Diagnostic['severity']): readonly Diagnostic[] =>
      diagnostics.filter((each) => each.severity === severity);
    const [errors, warnings] = [of('error'), of('warning')];
    const seen = `the configuration has ${counted(errors.length, 'error')} and ${counted(warnings.length, 'warning')}`;
    const detail = [...errors, ...warnings].slice(0, SHOWN).map(lineOf);
    const more = { remedy: 'mobileops validate', detail };
    if (errors.length > 0) return found(broken('workspace/configuration', seen, more));
    if (warnings.length > 0) return found(warning('workspace/configuration', seen, more));
    const targets = counted(declared?.targets.length ?? 0, 'target');
    return found(fine('workspace/configuration', `the configuration is valid, with ${targets}`));
  });
}

/** A diagnostic in one line. */
export function lineOf({ severity, code, message, span, path }: Diagnostic): string {
  const place = span ? `${span.file.path}:${positionOf(span).line}: ` : path ? `${path}: ` : '';
  return `${place}${severity}[${code}] ${message}`;
}

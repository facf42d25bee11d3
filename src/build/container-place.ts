import { join } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { ContainerPlace } from '../container/index.ts';
import { findPython } from '../execution/index.ts';
import type { Host } from '../host/index.ts';

/** What runs commands in images on this machine, with its part of the store. */
export function containerPlace(
  host: Host,
  { store, program }: { readonly store: string; readonly program: string },
): Result<ContainerPlace, Diagnostic> {
  const python = findPython(host);
  if (python !== undefined) return ok({ host, python, program, store: join(store, 'containers') });
  return fail({
    code: 'build/no-python',
    severity: 'error',
    message: 'running commands in images needs python3',
    hint: 'install Python 3.11 or newer: `apt-get install python3`',
    cause: 'environment',
  });
}

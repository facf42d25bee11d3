import type { Diagnostic } from '../base/index.ts';
import type { Lockfile, Requirements } from './model.ts';

/** Whether the lock still holds for the requirements, decided from texts alone; no diagnostics means that it does. */
export function checkLock(_lock: Lockfile | undefined, _requirements: Requirements): readonly Diagnostic[] {
  return [];
}

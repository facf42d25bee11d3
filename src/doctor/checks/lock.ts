import { counted } from '../../base/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, notChecked, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { inDeclared } from '../no-workspace.ts';
import { lineOf } from './configuration.ts';

const SHOWN = 5;

export function checkLock(examined: Examined): DoctorReport {
  return inDeclared(examined, 'lock/state', ({ declared: { lock } }) => {
    if (!lock) return notChecked('lock/state', 'the sources cannot be read');
    const { problems, missingFiles } = lock;
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
      const seen = `mobileops.lock is not what the workspace asks for: ${counted(errors.length, 'problem')}`;
      const detail = errors.slice(0, SHOWN).map(lineOf);
      return found(broken('lock/state', seen, { remedy: 'mobileops deps lock', detail }));
    }
    const state = fine('lock/state', 'mobileops.lock has what all targets ask for');
    if (missingFiles === 0) return found(state, fine('lock/fetched', 'all locked files are in the cache'));
    const seen = `the cache lacks ${counted(missingFiles, 'locked file')}`;
    return found(state, warning('lock/fetched', seen, { remedy: 'mobileops prepare' }));
  });
}

import { join } from 'node:path/posix';
import { formatLabel } from '../../base/index.ts';
import { adbOf } from '../../devices/index.ts';
import type { Examined } from '../examined.ts';
import { fine, found, together, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { inDeclared } from '../no-workspace.ts';

const ID = 'tool/device';
const TESTS = 'src/androidTest';

/** The adb of apps with tests for a device. It is not asked for devices, since it would start a server of its own. */
export function checkDevices(examined: Examined): DoctorReport {
  return inDeclared(examined, ID, ({ root, declared: { targets } }) => {
    const { fs } = examined.host;
    const tested = targets.filter(
      ({ spec, directory }) =>
        spec.rule === 'android' &&
        spec.android !== undefined &&
        modulesOf(spec.android.directory?.value).some(
          (module) => fs.lstat(join(root, directory, module, TESTS))?.type === 'directory',
        ),
    );
    if (tested.length === 0) return together([]);
    const labels = tested.map(({ label }) => formatLabel(label)).join(', ');
    const adb = adbOf(examined.host);
    return found(
      adb === undefined
        ? warning(ID, `there is no adb for the tests of ${labels} on a device`, {
            remedy: 'apt-get install adb',
          })
        : fine(ID, `tests of ${labels} on a device: ${adb}; adb devices -l tells which are attached`),
    );
  });
}

/** Where the app's own module may lie. */
function modulesOf(stated: string | undefined): readonly string[] {
  return stated === undefined ? ['', 'app'] : [stated];
}

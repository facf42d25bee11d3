import { setFlagsFromString } from 'node:v8';
import { realHost, realHttpLoad, realListenOnLoopback } from '../host/index.ts';
import { dispatch } from './dispatch.ts';

/** The program of our own commands, as actions run it: exit 0, 1 for an input that cannot be used, 70 for our fault. */
// The young generation stays small: an image of many files takes less memory, and no more time.
setFlagsFromString('--semi-space-growth-factor=1');
const { fs, env, processes, http, clock } = realHost();
const temporaryDirectory = `${env.temporaryDirectory}/mobileops-${env.pid}`;
fs.makeDirectory(temporaryDirectory, 0o700);
try {
  const { workingDirectory } = env;
  const host = { fs, env, processes, http, clock };
  const result = await dispatch(process.argv.slice(2), {
    ...{ fs, workingDirectory, temporaryDirectory, host },
    listen: realListenOnLoopback,
    load: realHttpLoad,
  });
  if (!result.ok) {
    process.stderr.write(`${result.failure.message}\n`);
    process.exitCode = result.failure.kind === 'usage' ? 70 : 1;
  }
} finally {
  fs.remove(temporaryDirectory);
}

import { realHost } from '../host/index.ts';
import { dispatch } from './dispatch.ts';

/** The program of our own commands, as actions run it: exit 0, 1 for an input that cannot be used, 70 for our fault. */
const result = await dispatch(process.argv.slice(2), {
  fs: realHost().fs,
  workingDirectory: process.cwd(),
  temporaryDirectory: process.env.TMPDIR ?? '/tmp',
});
if (!result.ok) {
  process.stderr.write(`${result.failure.message}\n`);
  process.exitCode = result.failure.kind === 'usage' ? 70 : 1;
}

/** The packages that the release itself published, installed by pip and npm from the server's indexes, and used. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Journey, StepFailure } from './journey-run.ts';

export interface PackageTrip {
  /** `http://127.0.0.1:8080`. */
  readonly server: string;
  /** The newest that is published. */
  readonly version: string;
  /** A new folder, or that of an earlier trip, where the newer version is then taken. */
  readonly scratch: string;
}

/** The signals of the platform: installed by their name alone, so that the newest comes, and imported. */
export async function installByPip(
  journey: Journey,
  { server, version, scratch }: PackageTrip,
): Promise<void> {
  const venv = join(scratch, 'venv');
  mkdirSync(scratch, { recursive: true });
  const python = join(venv, 'bin/python');
  await journey.run(['python3', '-m', 'venv', venv]);
  const index = ['--index-url', `${server}/pypi/simple/`, '--no-cache-dir'];
  await journey.run([python, '-m', 'pip', 'install', '--upgrade', ...index, 'mobileops-telemetry']);
  const told = (await journey.run([python, '-c', IMPORT], { cwd: scratch })).trim();
  if (told !== version) throw new StepFailure(`the installed Python package says ${told}, not ${version}`);
}

const IMPORT = `
from importlib.metadata import version
from mobileops_telemetry import problems, signals
assert signals()[0].name == "cpu"
assert problems({signal.name: signal.maximum + 1 for signal in signals()})
print(version("mobileops-telemetry"))
`;

const NPM_PACKAGE = '@mobileops-platform/security';

const PROGRAM = `
import { readFileSync } from 'node:fs';
import { constantTimeEqual } from '${NPM_PACKAGE}';
if (!constantTimeEqual('a', 'a') || constantTimeEqual('a', 'b')) throw new Error('it compares wrongly');
console.log(JSON.parse(readFileSync('node_modules/${NPM_PACKAGE}/package.json', 'utf8')).version);
`;

/** The component \`security\`: npm's \`latest\`, installed without any registry but the server's, and imported. */
export async function installByNpm(
  journey: Journey,
  { server, version, scratch }: PackageTrip,
): Promise<void> {
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, '.npmrc'), `registry=${server}/npm/\n`);
  writeFileSync(
    join(scratch, 'package.json'),
    '{"name":"user","version":"1.0.0","private":true,"type":"module"}\n',
  );
  writeFileSync(join(scratch, 'main.js'), PROGRAM);
  const words = ['install', '--no-audit', '--no-fund', '--prefer-online', `${NPM_PACKAGE}@latest`];
  await journey.run(['npm', ...words], { cwd: scratch });
  const told = (await journey.run([process.execPath, 'main.js'], { cwd: scratch })).trim();
  if (told !== version) throw new StepFailure(`the installed npm package says ${told}, not ${version}`);
}

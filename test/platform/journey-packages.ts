/** A package of Python and one of npm, made of parts of the platform, published to the server and installed by their own clients. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Journey, StepFailure } from './journey-run.ts';

export interface PackageTrip {
  /** `http://127.0.0.1:8080`. */
  readonly server: string;
  /** May write. */
  readonly token: string;
  /** The workspace, built. */
  readonly platform: string;
  readonly scratch: string;
}

const PYPROJECT = `[build-system]
requires = ["setuptools>=70.1"]
build-backend = "setuptools.build_meta"

[project]
name = "mobileops-telemetry"
version = "1.0.0"
description = "The signals of the reference platform"
requires-python = ">=3.11"
dependencies = ["numpy>=2.0.0"]

[tool.setuptools]
py-modules = ["telemetry"]
`;

/** The platform's signals: made by pip, published by twine, installed by pip, and imported. */
export async function installByPip(journey: Journey, trip: PackageTrip): Promise<void> {
  const { server, token, platform, scratch } = trip;
  const [source, wheels, venv] = ['source', 'wheels', 'venv'].map((name) => join(scratch, name));
  mkdirSync(source!, { recursive: true });
  writeFileSync(join(source!, 'pyproject.toml'), PYPROJECT);
  cpSync(join(platform, 'components/ai-core/scripts/telemetry.py'), join(source!, 'telemetry.py'));
  const python = join(venv!, 'bin/python');
  await journey.run(['python3', '-m', 'venv', venv!]);
  await journey.run([python, '-m', 'pip', 'install', '--quiet', 'twine==6.2.0', 'numpy==2.4.6']);
  await journey.run([python, '-m', 'pip', 'wheel', '--quiet', '--no-deps', '--wheel-dir', wheels!, source!]);
  const wheel = join(wheels!, 'mobileops_telemetry-1.0.0-py3-none-any.whl');
  await journey.run([python, '-m', 'twine', 'upload', '--non-interactive', wheel], {
    env: {
      TWINE_REPOSITORY_URL: `${server}/pypi/legacy/`,
      TWINE_USERNAME: '__token__',
      TWINE_PASSWORD: token,
    },
  });
  const index = ['--index-url', `${server}/pypi/simple/`, '--no-cache-dir'];
  await journey.run([python, '-m', 'pip', 'install', ...index, 'mobileops-telemetry==1.0.0']);
  const told = await journey.run([python, '-c', IMPORT], { cwd: scratch });
  if (told.trim() !== '1.0.0') throw new StepFailure(`the installed package says ${told}`);
}

const IMPORT = `
from importlib.metadata import version
from telemetry import SIGNALS
assert SIGNALS[0].name == "cpu"
print(version("mobileops-telemetry"))
`;

const PROGRAM = `
import { constantTimeEqual } from '@mobileops-platform/security';
if (!constantTimeEqual('a', 'a') || constantTimeEqual('a', 'b')) throw new Error('it compares wrongly');
`;

/** The platform's component \`security\`, published and installed by npm, and imported. */
export async function installByNpm(journey: Journey, trip: PackageTrip): Promise<void> {
  const { server, token, platform, scratch } = trip;
  const [source, user] = [join(scratch, 'source'), join(scratch, 'user')];
  mkdirSync(user, { recursive: true });
  cpSync(join(platform, 'dist/components/security'), source, { recursive: true });
  // npm reads the token from the environment, so that no file has it.
  const address = `${server.slice('http:'.length)}/npm/`;
  const settings = `registry=${server}/npm/\n${address}:_authToken=\${JOURNEY_TOKEN}\n`;
  for (const folder of [source, user]) writeFileSync(join(folder, '.npmrc'), settings);
  await journey.run(['npm', 'pkg', 'delete', 'private'], { cwd: source });
  await journey.run(['npm', 'publish'], { cwd: source, env: { JOURNEY_TOKEN: token } });
  writeFileSync(
    join(user, 'package.json'),
    '{"name":"user","version":"1.0.0","private":true,"type":"module"}\n',
  );
  writeFileSync(join(user, 'main.js'), PROGRAM);
  const wanted = '@mobileops-platform/security@1.0.0';
  await journey.run(['npm', 'install', '--no-audit', '--no-fund', wanted], {
    cwd: user,
    env: { JOURNEY_TOKEN: '' },
  });
  await journey.run([process.execPath, 'main.js'], { cwd: user });
}

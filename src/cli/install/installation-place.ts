import { join, resolve } from 'node:path/posix';
import { type Diagnostic, fail, type Result } from '../../base/index.ts';
import { tryHoldFile } from '../../host/index.ts';
import { badState, Installation, type InstallationState } from '../../install/index.ts';
import type { VerbContext } from '../verb.ts';

/** The folder that `--prefix`, MOBILEOPS_PREFIX or the user's own data name. */
export function installationOf({ host, flags }: VerbContext): Installation {
  const { variables, homeDirectory, workingDirectory } = host.env;
  const named = flags.text('prefix') ?? variables.MOBILEOPS_PREFIX;
  const data = variables.XDG_DATA_HOME ?? join(homeDirectory, '.local', 'share');
  return new Installation(host.fs, resolve(workingDirectory, named ?? join(data, 'mobileops')));
}

export function readState(installation: Installation): Result<InstallationState, Diagnostic> {
  const state = installation.state();
  return state.ok ? state : fail(badState(installation, state.failure));
}

const LOOK_MS = 50;

/** One process at a time changes an installation; `undefined` when interrupted while waiting. */
export async function holdInstallation(
  { host, signal, reporter }: VerbContext,
  { prefix }: Installation,
): Promise<Disposable | undefined> {
  let isTold = false;
  while (!signal.aborted) {
    const held = tryHoldFile(host, join(prefix, '.lock'));
    if (held) return held;
    if (!isTold) reporter.note('waiting for another installation here');
    isTold = true;
    await host.clock.sleep(LOOK_MS, signal).catch(() => {});
  }
  return undefined;
}

export function existing(installation: Installation): Result<InstallationState, Diagnostic> {
  const state = readState(installation);
  if (!state.ok || state.value.releases.length > 0) return state;
  const hint = 'install one first: mobileops install mobileops --from PLACE --key FILE';
  const code = 'release/no-rollback';
  return fail({
    code,
    severity: 'error',
    message: 'no release is installed here',
    path: installation.prefix,
    hint,
    cause: 'input',
  });
}

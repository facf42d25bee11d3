import { rollback } from '../../install/index.ts';
import { existing, holdInstallation, installationOf, readState } from '../install/installation-place.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

/** Which releases are installed. */
export const listVerb: Verb = async (context) => {
  const { reporter } = context;
  const installation = installationOf(context);
  const state = readState(installation);
  if (!state.ok) return refuse(reporter, [state.failure]);
  const { releases, subscription, history } = state.value;
  const current = installation.current();
  const before = installation.before(state.value);
  if (reporter.isJson) {
    const { prefix } = installation;
    reporter.json({ exitCode: 0, prefix, current, before, releases, history, subscription });
    return 0;
  }
  if (releases.length === 0) reporter.note(`no release is installed in ${installation.prefix}`);
  const width = Math.max(0, ...releases.map(({ version }) => version.length));
  for (const { version, channel = '', installedAt } of releases) {
    const mark = version === current ? 'current' : version === before ? 'before' : '';
    reporter.result(`${version.padEnd(width)}  ${mark.padEnd(7)}  ${installedAt}  ${channel}`.trimEnd());
  }
  return 0;
};

/** One link moves back. */
export const rollbackVerb: Verb = async (context) => {
  const { reporter } = context;
  const installation = installationOf(context);
  using held = await holdInstallation(context, installation);
  if (!held) return 130;
  const state = existing(installation);
  if (!state.ok) return refuse(reporter, [state.failure]);
  const done = rollback(installation);
  if (!done.ok) return refuse(reporter, [done.failure]);
  const { version, from } = done.value;
  if (reporter.isJson) reporter.json({ exitCode: 0, version, from });
  else reporter.result(`${version} is current again${from === undefined ? '' : `, after ${from}`}`);
  return 0;
};

import type { Diagnostic } from '../../base/index.ts';
import { type Installation, type InstallationState, type Installed, install } from '../../install/index.ts';
import { compareVersions } from '../../packages/index.ts';
import { gateWords } from '../../release/index.ts';
import { holdInstallation, installationOf, readState } from '../install/installation-place.ts';
import { openPinned, proveBy } from '../install/pinned-keys.ts';
import { type FoundRelease, findRelease, releaseAt } from '../install/wanted-release.ts';
import { refuse, refuseFailed } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

/** Installs a release that is proved by a key that counts here. */
export const installVerb: Verb = (context) =>
  withInstallation(context, async (installation, state) => {
    const found = await findRelease(context, installation, context.positionals[0]!);
    return found.ok
      ? run(context, found.value, { installation, state })
      : refuse(context.reporter, found.failure);
  });

/** Installs what the channel names now. */
export const updateVerb: Verb = (context) =>
  withInstallation(context, async (installation, state) => {
    const { reporter } = context;
    const { subscription } = state;
    if (!subscription) return refuse(reporter, [noSubscription(installation)]);
    const { from, channel } = subscription;
    const found = await releaseAt(context, installation, { place: from, channel });
    if (!found.ok) return refuse(reporter, found.failure);
    const current = installation.current();
    const { version } = found.value.wanted;
    const order = current === undefined ? 1 : compareVersions('npm', version, current);
    if (order < 0) return refuse(reporter, [goingBack(channel, version, current!)]);
    if (order > 0) return run(context, found.value, { installation, state });
    if (reporter.isJson) reporter.json({ exitCode: 0, version, before: current, isKnown: true });
    else reporter.result(`${version} is the newest of ${channel}`);
    return 0;
  });

async function withInstallation(
  context: VerbContext,
  work: (installation: Installation, state: InstallationState) => Promise<ExitCode>,
): Promise<ExitCode> {
  const installation = installationOf(context);
  using held = await holdInstallation(context, installation);
  if (!held) return 130;
  const state = readState(installation);
  return state.ok ? work(installation, state.value) : refuse(context.reporter, [state.failure]);
}

interface Place {
  readonly installation: Installation;
  readonly state: InstallationState;
}

async function run(
  context: VerbContext,
  found: FoundRelease,
  { installation, state }: Place,
): Promise<ExitCode> {
  const { host, reporter, signal } = context;
  const pinned = await openPinned(context, installation, state);
  if (!pinned.ok) return refuse(reporter, pinned.failure);
  const { trust, fingerprints, keep } = pinned.value;
  await using _open = trust;
  const done = await install(host, {
    ...found,
    installation,
    fingerprints,
    verify: async (path) => {
      const proved = await proveBy(context, trust, path);
      if (proved.ok) keep();
      return proved;
    },
    signal,
  });
  // What is not proved or not whole is a failed check, not a wrong word.
  if (!done.ok) return refuseFailed(reporter, done.failure);
  report(context, installation, done.value);
  return 0;
}

function report({ reporter }: VerbContext, { prefix }: Installation, installed: Installed): void {
  const { version, before, isKnown, keys, gates } = installed;
  if (reporter.isJson) reporter.json({ exitCode: 0, prefix, ...installed });
  if (reporter.isJson) return;
  reporter.result(`${version} is current in ${prefix}`);
  reporter.note(`signed by ${keys.join(' and ')}`);
  for (const line of gates ? gateWords(gates) : []) reporter.note(reporter.style.warning(line));
  if (isKnown) reporter.note('it was unpacked before');
  if (before !== undefined && before !== version)
    reporter.note(`\`mobileops rollback\` goes back to ${before}`);
}

function noSubscription({ prefix }: Installation): Diagnostic {
  const hint = 'mobileops install mobileops --from PLACE';
  const message = 'nothing was installed by a name here, so nobody can be asked for a newer one';
  return { code: 'release/no-subscription', severity: 'error', message, path: prefix, hint, cause: 'input' };
}

function goingBack(channel: string, version: string, current: string): Diagnostic {
  const message = `${channel} names ${version}, which is older than ${current}`;
  const hint = `to go back all the same: mobileops install mobileops@${version}`;
  return { code: 'release/going-back', severity: 'error', message, hint, cause: 'input' };
}

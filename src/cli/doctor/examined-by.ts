import { cacheFolder, containerPlace, loadSandboxTrial, openStore } from '../../build/index.ts';
import { grantedIds } from '../../container/index.ts';
import type { Examined } from '../../doctor/index.ts';
import { hideSecrets } from '../../scan/index.ts';
import type { VerbContext } from '../verb.ts';
import { examinedWorkspace } from './examined-workspace.ts';
import { withoutSecretValues } from './secret-values.ts';

/** The machine and the workspace as `doctor` looks at them. */
export async function examinedBy(context: VerbContext): Promise<Examined> {
  const { host, program, signal, flags } = context;
  return {
    host,
    signal,
    store: openStore(host),
    workspace: await examinedWorkspace(context),
    asksNetwork: flags.has('network'),
    sandbox: async () => (await loadSandboxTrial()).trySandbox(context),
    idProblem: () => {
      const place = containerPlace(host, { store: cacheFolder(host), program: program.containers });
      const granted = place.ok ? grantedIds(place.value) : place;
      return granted.ok ? undefined : granted.failure;
    },
    hideSecrets: (text) => hideSecrets(withoutSecretValues(text, host.env.variables)),
  };
}

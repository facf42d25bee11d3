import { probeSandbox, type SandboxKind, seeRoot } from '../execution/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { type BuildEnvironment, openStore } from './opened-workspace.ts';
import { ownPlaces } from './own-places.ts';

export interface TriedSandbox {
  readonly kind: SandboxKind;
  /** Why it is not `namespaces`. */
  readonly reason?: string;
}

/** Which kind of sandbox a build would have here; what is found out is remembered for it. */
export async function trySandbox(
  environment: Pick<BuildEnvironment, 'host' | 'program' | 'directory'>,
): Promise<TriedSandbox> {
  const { host, program } = environment;
  const store = cacheFolder(host);
  const machine = async () => (await seeRoot(host, { folder: store, own: ownPlaces(environment) })).root;
  return probeSandbox({ host, cas: openStore(host).cas, store, machine, script: program.launcher });
}

import { join } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';
import type { ContainerLayer, ContainerMount } from '../container/index.ts';
import type { FileSystem } from '../host/index.ts';
import { RUN_FILES } from '../rules/index.ts';
import type { SeenLayer, SeenMount, SeenRun } from './container-inputs.ts';
import { secretVariable } from './secrets.ts';

/** A RUN with all that its runner needs. */
export interface ContainerWork extends Omit<SeenRun, 'layers' | 'mounts'> {
  readonly layers: readonly ContainerLayer[];
  readonly mounts: readonly ContainerMount[];
}

export interface ContainerWorkOptions {
  readonly fs: FileSystem;
  /** The action's working folder, absolute. */
  readonly folder: string;
  readonly secret: (id: string) => Result<Uint8Array | undefined, string>;
  /** Goes into the ids of cache mounts, so that what is kept for one workspace is not seen by another. */
  readonly cacheScope: string;
  /** Of the lock files that the RUN builds on; a cache has an entry for each. */
  readonly cacheLocks: string | undefined;
}

/** Reads the working folder of a RUN, as `containerInputs` has it; a failure is what to tell the user. */
export function readContainerWork(options: ContainerWorkOptions): Result<ContainerWork, string> {
  const { fs, folder } = options;
  const seen = JSON.parse(fs.readText(join(folder, RUN_FILES.work))) as SeenRun;
  const mounts: ContainerMount[] = [];
  for (const mount of seen.mounts) {
    const made = mountOf(options, mount);
    if (!made.ok) return made;
    if (made.value) mounts.push(made.value);
  }
  return ok({ ...seen, layers: placed(folder, seen.layers), mounts });
}

function placed(folder: string, layers: readonly SeenLayer[]): ContainerLayer[] {
  return layers.map(({ path, diffId }) => ({ path: join(folder, path), diffId }));
}

/** Nothing for a secret that need not be there. */
function mountOf(
  options: ContainerWorkOptions,
  mount: SeenMount,
): Result<ContainerMount | undefined, string> {
  const { folder, cacheScope, cacheLocks } = options;
  switch (mount.type) {
    case 'tmpfs': {
      const { type, target, sizeBytes } = mount;
      return ok({ type, target, ...(sizeBytes === undefined ? {} : { sizeBytes }) });
    }
    case 'cache': {
      const { id, source, layers, ...rest } = mount;
      const cache = { ...rest, id: `${cacheScope}/${id}`, locks: cacheLocks ?? '' };
      return ok(layers ? { ...cache, source, layers: placed(folder, layers) } : cache);
    }
    case 'bind': {
      const { target, source, isReadOnly, layers, folder: from = '' } = mount;
      const common = { type: 'bind', target, source, isWritable: !isReadOnly } as const;
      return ok(
        layers ? { ...common, layers: placed(folder, layers) } : { ...common, root: join(folder, from) },
      );
    }
    case 'secret': {
      const secret = options.secret(mount.id);
      if (!secret.ok) return secret;
      const { type, target, env, mode, uid, gid } = mount;
      const place = { ...(target === undefined ? {} : { target }), ...(env === undefined ? {} : { env }) };
      if (secret.value) return ok({ type, content: secret.value, ...place, mode, uid, gid });
      return mount.isRequired ? fail(missingSecret(mount.id)) : ok(undefined);
    }
  }
}

function missingSecret(id: string): string {
  const name = secretVariable(id);
  return `there is no secret ${id}: set ${name}, or ${name}_FILE to the path of a file that holds it`;
}

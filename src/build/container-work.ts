import { join } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';
import type { ContainerLayer, ContainerMount } from '../container/index.ts';
import type { FileSystem } from '../host/index.ts';
import {
  applySteps,
  continueStage,
  type FileOrigin,
  parseRunLayer,
  parseStageState,
  type RunContext,
  type RunMount,
  runContext,
  type StageState,
  startStage,
  withoutTriggers,
} from '../oci/index.ts';
import { RUN_FILES, type RunWork } from '../rules/index.ts';
import { readLayout } from '../tools/index.ts';
import { secretVariable } from './secrets.ts';

/** A RUN with all that its runner needs. */
export interface ContainerWork {
  readonly layers: readonly ContainerLayer[];
  readonly context: RunContext;
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

/** Reads the working folder of a RUN; a failure is what to tell the user. */
export function readContainerWork(options: ContainerWorkOptions): Result<ContainerWork, string> {
  const { fs, folder } = options;
  const work = JSON.parse(fs.readText(join(folder, RUN_FILES.work))) as RunWork;
  const base = baseOf(options, work.base);
  if (!base.ok) return base;
  const layers = [...base.value.layers];
  for (const path of work.layers) {
    const document = parseRunLayer(fs.readText(join(folder, path)));
    if (!document) return fail(`${path} does not tell what an earlier RUN changed`);
    if (document === 'unchanged') continue;
    layers.push({ path: join(folder, path, '..', document.blob), diffId: document.diffId });
  }
  const state = applySteps(base.value.state, work.before, work.scope);
  if (!state.ok) return fail(textOf(state.failure));
  const context = runContext(state.value, work.run, work.scope);
  if (!context.ok) return fail(textOf(context.failure));
  const mounts: ContainerMount[] = [];
  for (const mount of context.value.mounts) {
    const made = mountOf(options, mount);
    if (!made.ok) return made;
    mounts.push(...made.value);
  }
  return ok({ layers, context: context.value, mounts });
}

interface Base {
  readonly layers: readonly ContainerLayer[];
  readonly state: StageState;
}

function baseOf(options: ContainerWorkOptions, base: RunWork['base']): Result<Base, string> {
  const { fs, folder } = options;
  switch (base.kind) {
    case 'scratch':
      return ok({ layers: [], state: startStage('scratch') });
    case 'stage':
    case 'registry':
      return fail('the base of a RUN was not put in place');
    case 'layout':
    case 'continued': {
      const image = readLayout(fs, join(folder, base.path));
      if (!image.ok) return image;
      const layers = image.value.layers.map(({ path, diffId }) => ({ path, diffId }));
      if (base.kind === 'layout')
        return ok({ layers, state: withoutTriggers(startStage(image.value.config)) });
      const state = parseStageState(fs.readText(join(folder, base.statePath)));
      if (!state) return fail(`${base.statePath} does not hold the state of a stage`);
      return ok({ layers, state: base.isNewStage ? continueStage(state) : state });
    }
  }
}

function mountOf(options: ContainerWorkOptions, mount: RunMount): Result<readonly ContainerMount[], string> {
  switch (mount.type) {
    case 'tmpfs':
      return ok([mount]);
    case 'cache': {
      const { id, origin, source, ...rest } = mount;
      const { cacheScope, cacheLocks } = options;
      const cache = { ...rest, id: `${cacheScope}/${id}`, locks: cacheLocks ?? '' };
      if (!origin) return ok([cache]);
      const layers = layersOf(options, mount.target, origin);
      return layers.ok ? ok([{ ...cache, source, layers: layers.value }]) : layers;
    }
    case 'bind':
      return bindOf(options, mount);
    case 'secret': {
      const secret = options.secret(mount.id);
      if (!secret.ok) return secret;
      const content = secret.value;
      const { target, env, mode, uid, gid } = mount;
      const place = { ...(target === undefined ? {} : { target }), ...(env === undefined ? {} : { env }) };
      if (content) return ok([{ type: 'secret', content, ...place, mode, uid, gid }]);
      return mount.isRequired ? fail(missingSecret(mount.id)) : ok([]);
    }
  }
}

function bindOf(
  options: ContainerWorkOptions,
  { target, source, origin, isReadOnly }: RunMount & { type: 'bind' },
): Result<readonly ContainerMount[], string> {
  const { folder } = options;
  const from: FileOrigin = origin ?? { from: 'folder', path: 'context' };
  const common = { type: 'bind', target, isWritable: !isReadOnly } as const;
  if (from.from === 'folder') return ok([{ ...common, root: join(folder, from.path), source }]);
  const layers = layersOf(options, target, from);
  return layers.ok ? ok([{ ...common, source, layers: layers.value }]) : layers;
}

function layersOf(
  { fs, folder }: ContainerWorkOptions,
  target: string,
  origin: FileOrigin,
): Result<readonly ContainerLayer[], string> {
  if (origin.from !== 'layout') return fail(`the source of the mount at ${target} was not put in place`);
  const image = readLayout(fs, join(folder, origin.path));
  return image.ok ? ok(image.value.layers.map(({ path, diffId }) => ({ path, diffId }))) : image;
}

function missingSecret(id: string): string {
  const name = secretVariable(id);
  return `there is no secret ${id}: set ${name}, or ${name}_FILE to the path of a file that holds it`;
}

function textOf(failure: {
  readonly kind: string;
  readonly message?: string;
  readonly name?: string;
}): string {
  return failure.message ?? `the value of ${failure.name} is not known here`;
}

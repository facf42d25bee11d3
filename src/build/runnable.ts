import type { Diagnostic, Result } from '../base/index.ts';
import type { ContainerRunner } from '../container/index.ts';
import type { TargetNeeds } from '../dependencies/index.ts';
import type { Host } from '../host/index.ts';
import type { TargetRequirements } from '../rules/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { architectureOf } from './machine.ts';
import type { Program } from './program.ts';

/** Whose programs the machine runs in images. */
export interface Runnable {
  readonly architectures: ReadonlySet<string>;
  /** Why it runs none at all, where that was asked. */
  readonly problem?: Diagnostic;
}

/** Asks the machine whose programs it runs, where targets want to run any. */
export async function askRunnable(
  host: Host,
  wanted: readonly TargetRequirements[],
  containers: () => Promise<Result<ContainerRunner, Diagnostic>>,
): Promise<Runnable> {
  const own = architectureOf(host);
  const platforms = wanted.flatMap((each) => Object.values(each.platforms ?? {}));
  const asked = new Set(platforms.flatMap(({ runs }) => runs));
  if (asked.size === 0) return { architectures: new Set([own]) };
  const opened = await containers();
  if (!opened.ok) return { architectures: new Set([own]), problem: opened.failure };
  const others = [...asked].filter((each) => each !== own);
  const answers = await Promise.all(others.map((each) => opened.value.runsProgramsFor(each)));
  const emulated = others.filter((_, at) => {
    const answer = answers[at]!;
    return answer.ok && answer.value;
  });
  return { architectures: new Set([own, ...emulated]) };
}

/** Runs commands in the image for the machine itself, which must be built. */
export function runsForItself(host: Host, { platforms }: TargetRequirements): boolean {
  return (platforms?.[architectureOf(host)]?.runs.length ?? 0) > 0;
}

/** Without what only platforms take that are not built here. */
export function takenHere(
  host: Host,
  needs: TargetNeeds,
  { wanted, runnable }: { readonly wanted: TargetRequirements; readonly runnable: ReadonlySet<string> },
): TargetNeeds {
  const { platforms } = wanted;
  if (!platforms) return needs;
  const own = architectureOf(host);
  const isBuilt = (architecture: string): boolean =>
    architecture === own || (platforms[architecture]?.runs.every((each) => runnable.has(each)) ?? true);
  const images = Object.keys(platforms)
    .filter(isBuilt)
    .flatMap((each) => platforms[each]!.images);
  const otherPackages = needs.otherPackages?.filter(({ architecture }) => isBuilt(architecture));
  return {
    ...needs,
    ...(needs.images ? { images } : {}),
    ...(otherPackages ? { otherPackages } : {}),
  };
}

/** What of the lock this machine takes for targets, as `prepare` brings it. */
export async function needsTakenHere(
  { host, program }: { readonly host: Host; readonly program: Program },
  needs: readonly TargetNeeds[],
  byLabel: ReadonlyMap<string, TargetRequirements>,
): Promise<readonly TargetNeeds[]> {
  const wanted = (need: TargetNeeds): TargetRequirements => byLabel.get(need.label)!;
  const containers = async (): Promise<Result<ContainerRunner, Diagnostic>> => {
    const { openContainers } = await import('./container-executor.ts');
    return openContainers(host, { store: cacheFolder(host), program: program.containers });
  };
  const { architectures: runnable } = await askRunnable(host, needs.map(wanted), containers);
  return needs.map((need) => takenHere(host, need, { wanted: wanted(need), runnable }));
}

/** Files whose stat tells that another emulator is registered: under these names the usual packages do it. */
export function emulatorFiles(architectures: readonly string[]): readonly string[] {
  const folder = '/proc/sys/fs/binfmt_misc';
  const names = architectures.flatMap((each) => EMULATORS[each] ?? []);
  return [`${folder}/status`, ...names.map((name) => `${folder}/${name}`)];
}

const EMULATORS: Readonly<Record<string, readonly string[]>> = {
  amd64: ['qemu-x86_64', 'rosetta', 'FEX-x86_64'],
  arm64: ['qemu-aarch64'],
};

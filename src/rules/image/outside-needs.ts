import type { ImageSpec } from '../../config/index.ts';
import { type ImagePlan, imageKey, type RegistryImage } from '../../oci/index.ts';
import { platformOf } from '../platform-images.ts';
import type { SourceView } from '../rule.ts';
import { ContextFiles } from './context-files.ts';
import { registryImagesOf } from './plan-origins.ts';
import { readAlone } from './read-alone.ts';
import { runArchitectures } from './run-architectures.ts';

/** What an image takes from outside of the workspace: locked and fetched before it is planned. */
export interface OutsideNeeds {
  /** Images of registries, each once: those of every machine that may build it, for the lock is the same on all. */
  readonly images: readonly RegistryImage[];
  /** Files that ADD fetches, by the content that the Dockerfile states. */
  readonly urls: readonly LockedUrl[];
  /** What is taken here for each architecture that it is built for. */
  readonly platforms: Readonly<Record<string, PlatformNeeds>>;
}

export interface PlatformNeeds {
  readonly images: readonly RegistryImage[];
  /** Architectures of the commands that it runs. */
  readonly runs: readonly string[];
}

export interface LockedUrl {
  readonly url: string;
  readonly sha256: string;
}

export interface OutsideSettings {
  readonly imagePrefix: string;
  /** The machine's. */
  readonly architecture: string;
  /** Those that images are built for; the machine's own unless told. */
  readonly architectures?: readonly string[];
}

const NOTHING: OutsideNeeds = { images: [], urls: [], platforms: {} };

/** Read from the Dockerfile alone; what is wrong with it is the rule's to say. */
export function outsideNeeds(
  spec: ImageSpec,
  sources: SourceView | undefined,
  settings: OutsideSettings,
): OutsideNeeds {
  const text = sources?.readText(spec.dockerfile);
  if (text === undefined || !sources) return NOTHING;
  const { architecture: machine, architectures = [machine], imagePrefix } = settings;
  const about = {
    imagePrefix,
    platforms: architectures.map(platformOf),
    context: new ContextFiles(sources, () => false),
  };
  const images = new Map<string, RegistryImage>();
  const urls = new Map<string, LockedUrl>();
  const platforms: Record<string, PlatformNeeds> = {};
  // Where nothing tells of the machine that builds, it is the same on all.
  const machines = /\bBUILD(?:PLATFORM|ARCH|VARIANT)/.test(text) ? architectures : [];
  for (const architecture of architectures) {
    for (const each of new Set([machine, ...machines])) {
      const image = readAlone(spec, text, { ...about, architecture, buildArchitecture: each });
      if (!image) continue;
      const { images: own, urls: fetched, runs } = outsideNeedsOf(image.plan);
      for (const need of own) images.set(imageKey(need), need);
      for (const url of fetched) urls.set(url.sha256, url);
      if (each === machine) platforms[architecture] = { images: own, runs };
    }
  }
  return { images: [...images.values()], urls: [...urls.values()], platforms };
}

/** What one image takes, for one platform. */
export function outsideNeedsOf(plan: ImagePlan): PlatformNeeds & Pick<OutsideNeeds, 'urls'> {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const urls = new Map<string, LockedUrl>();
  for (const source of steps.flatMap((step) => (step.do === 'copy' ? step.copy.sources : [])))
    if (source.from === 'url') urls.set(source.sha256, { url: source.url, sha256: source.sha256 });
  return { images: registryImagesOf(plan), urls: [...urls.values()], runs: runArchitectures(plan) };
}

import type { ImageSpec } from '../../config/index.ts';
import type { ImagePlan, RegistryImage } from '../../oci/index.ts';
import type { SourceView } from '../rule.ts';
import { ContextFiles } from './context-files.ts';
import { registryImagesOf } from './plan-origins.ts';
import { Problems } from './problems.ts';
import { readImage } from './read-image.ts';

/** What an image takes from outside of the workspace: locked and fetched before it is planned. */
export interface OutsideNeeds {
  /** Images of registries, each once. */
  readonly images: readonly RegistryImage[];
  /** Files that ADD fetches, by the content that the Dockerfile states. */
  readonly urls: readonly LockedUrl[];
  /** It runs commands. */
  readonly runs: true | undefined;
}

export interface LockedUrl {
  readonly url: string;
  readonly sha256: string;
}

export interface OutsideSettings {
  readonly imagePrefix: string;
  readonly architecture: string;
}

const NOTHING: OutsideNeeds = { images: [], urls: [], runs: undefined };

/** Read from the Dockerfile alone; what is wrong with it is the rule's to say. */
export function outsideNeeds(
  spec: ImageSpec,
  sources: SourceView | undefined,
  { imagePrefix, architecture }: OutsideSettings,
): OutsideNeeds {
  const text = sources?.readText(spec.dockerfile);
  if (text === undefined || !sources) return NOTHING;
  const image = readImage({
    file: { path: spec.dockerfile, text },
    architecture,
    createdAt: 0,
    imagePrefix,
    buildArgs: spec.env,
    context: new ContextFiles(sources, () => false),
    problems: new Problems(),
    isNeeded: () => true,
    dockerfileOf: () => undefined,
  });
  return image ? outsideNeedsOf(image.plan) : NOTHING;
}

export function outsideNeedsOf(plan: ImagePlan): OutsideNeeds {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const urls = new Map<string, LockedUrl>();
  for (const source of steps.flatMap((step) => (step.do === 'copy' ? step.copy.sources : [])))
    if (source.from === 'url') urls.set(source.sha256, { url: source.url, sha256: source.sha256 });
  const runs = steps.some((step) => step.do === 'run') || undefined;
  return { images: registryImagesOf(plan), urls: [...urls.values()], runs };
}

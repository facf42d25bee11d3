import type { TreeExpression } from '../../action/index.ts';
import type { Diagnostic } from '../../base/index.ts';
import type { ImageSpec } from '../../config/index.ts';
import {
  type ImagePlan,
  imageKey,
  type NotBuilt,
  platformOfStage,
  type RegistryImage,
} from '../../oci/index.ts';
import { cannotRun, emulationHint, noEmulation } from '../no-emulation.ts';
import { notBuiltImage, type PlatformImage, platformOf } from '../platform-images.ts';
import type { Architecture, RuleContext } from '../rule.ts';
import type { ContextFiles } from './context-files.ts';
import type { ImageCode } from './diagnostics.ts';
import { imageActions } from './image-actions.ts';
import { registryImagesOf } from './plan-origins.ts';
import type { ReadImage } from './read-image.ts';
import { runArchitectures } from './run-architectures.ts';
import { scopeOf } from './segments.ts';

/** What a Dockerfile means for an architecture. */
export interface ReadForPlatform {
  readonly architecture: Architecture;
  readonly image: ReadImage;
}

/** The actions that make an image for a platform, or why this machine cannot. */
export function imageForPlatform(
  context: RuleContext<ImageSpec>,
  { architecture, image }: ReadForPlatform,
  { files, own }: { readonly files: ContextFiles; readonly own: OwnImage | undefined },
): PlatformImage {
  const isOwn = architecture === context.settings.architecture;
  const notBuilt = isOwn ? undefined : reasonAgainst(context, architecture, image.plan);
  if (notBuilt) return notBuiltImage(architecture, notBuilt);
  const prefix = isOwn ? '' : `${architecture}-`;
  const like = !isOwn && own && isLike(own.plan, image.plan) ? { like: own.layout } : {};
  return { architecture, ...imageActions(context, { image, files, prefix, ...like }) };
}

/** The image for the machine itself. */
export interface OwnImage {
  readonly plan: ImagePlan;
  readonly layout: TreeExpression;
}

/** Whether two images have the same layers: all that they are made of is in their plans, and those differ in the platform alone. */
function isLike(a: ImagePlan, b: ImagePlan): boolean {
  return isSelfContained(a) && withoutPlatform(a) === withoutPlatform(b);
}

/** It stands on nothing and runs nothing. */
function isSelfContained({ stages }: ImagePlan): boolean {
  return stages.every(
    ({ base, steps }) =>
      (base.kind === 'scratch' || base.kind === 'stage') && steps.every((step) => step.do !== 'run'),
  );
}

function withoutPlatform(plan: ImagePlan): string {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const stages = plan.stages.map(({ isForeign: _, ...stage }) => stage);
  return JSON.stringify({ ...plan, ...scopeOf(plan, steps), architecture: '', stages });
}

/** The image for the machine itself must be built: what it lacks for that is an error. */
export function ownProblems(
  { settings, runnable, locked, spec }: RuleContext<ImageSpec>,
  reads: readonly ReadForPlatform[],
): Diagnostic[] {
  const plan = reads.find(({ architecture }) => architecture === settings.architecture)?.image.plan;
  if (!plan) return [];
  const absent = registryImagesOf(plan).flatMap((image): Diagnostic[] => {
    const offered = locked.absentImages?.[imageKey(image)];
    const code: ImageCode = 'image/platform';
    const hint = 'use another image, or `mobileops deps lock` once it is there';
    const message = offered && absenceOf(image, offered);
    return message ? [{ code, severity: 'error', message, hint, path: spec.dockerfile }] : [];
  });
  const missing = runArchitectures(plan).filter((each) => !runnable.has(each));
  const running = missing.map((architecture): Diagnostic => {
    const code: ImageCode = 'image/no-emulation';
    const message = `a stage runs commands for linux/${architecture}, and ${cannotRun(architecture)}`;
    const hint = emulationHint(architecture);
    return { code, severity: 'error', message, hint, path: spec.dockerfile, cause: 'environment' };
  });
  return [...absent, ...running];
}

function absenceOf({ reference, platform }: RegistryImage, offered: readonly string[]): string {
  const others = offered.length === 0 ? '' : `, but for ${offered.join(', ')}`;
  return `${reference} is not there for ${platform}${others}`;
}

function reasonAgainst(
  { runnable, locked }: RuleContext<ImageSpec>,
  architecture: Architecture,
  plan: ImagePlan,
): NotBuilt | undefined {
  const last = platformOfStage(plan, plan.stages.at(-1)!);
  if (last !== platformOf(architecture)) return { reason: `its last stage is for ${last}` };
  for (const image of registryImagesOf(plan)) {
    const offered = locked.absentImages?.[imageKey(image)];
    if (offered) return { reason: absenceOf(image, offered) };
  }
  const missing = runArchitectures(plan).find((each) => !runnable.has(each));
  return missing === undefined ? undefined : noEmulation(missing);
}

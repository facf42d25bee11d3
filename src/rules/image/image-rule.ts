import { type Diagnostic, formatLabel, hasErrors, type Label, type SourceFile } from '../../base/index.ts';
import type { ImageSpec } from '../../config/index.ts';
import { imageKey, parseIgnoreFile } from '../../oci/index.ts';
import type { RuleContext, RulePlan } from '../rule.ts';
import { IMAGE_CREATED_AT, refusedImage, taggedImage } from '../tagged-image.ts';
import { ContextFiles } from './context-files.ts';
import { imageActions } from './image-actions.ts';
import { Problems } from './problems.ts';
import { readImage } from './read-image.ts';
import { isUnpacked } from './unpacked-base.ts';

/**
 * A Dockerfile becomes an OCI layout: an action assembles the image, or several do where commands run in between, and a last
 * one, stamped and cheap, writes the index with its tags, so that a new version assembles nothing again.
 */
export function imageRule(context: RuleContext<ImageSpec>): RulePlan {
  const problems = new Problems();
  const text = context.sources.readText(context.spec.dockerfile);
  if (text === undefined) return refusedImage([unreadable(context.spec.dockerfile)]);
  const file: SourceFile = { path: context.spec.dockerfile, text };
  const files = new ContextFiles(context.sources, ignoreFileOf(context, problems));
  const needs = new Set(context.target.needs.map(({ label }) => formatLabel(label)));
  const image = readImage({
    file,
    architecture: context.settings.architecture,
    createdAt: IMAGE_CREATED_AT,
    imagePrefix: context.configuration.imagePrefix,
    buildArgs: { ...(context.spec.stamp ? stampArgs(context) : {}), ...context.spec.env },
    context: files,
    problems,
    isNeeded: (label) => needs.has(formatLabel(label)),
    dockerfileOf: (label) => dockerfileOf(context, label),
    isUnpacked: (label) => isUnpacked(context, label),
    triggersOf: (registryImage) => context.locked.images[imageKey(registryImage)]?.triggers ?? [],
  });
  const diagnostics = problems.inOrder(file);
  if (!image || hasErrors(diagnostics)) return refusedImage(diagnostics);
  const plan = taggedImage(context, imageActions(context, image, files), context.spec.dockerfile);
  return plan.ok ? { ...plan.value, diagnostics } : refusedImage([...diagnostics, plan.failure]);
}

/** The Dockerfile of another image of the workspace. */
function dockerfileOf({ sources }: RuleContext<ImageSpec>, { name }: Label): SourceFile | undefined {
  const path = `docker/Dockerfile.${name}`;
  const text = sources.readText(path);
  return text === undefined ? undefined : { path, text };
}

function unreadable(path: string): Diagnostic {
  return {
    code: 'image/no-text',
    severity: 'error',
    message: 'the Dockerfile is not among the sources, or is not a text of at most 1 MiB',
    hint: 'is it ignored by git?',
    path,
  };
}

/** `<Dockerfile>.dockerignore` before `.dockerignore`, as BuildKit looks for them. */
function ignoreFileOf(
  { sources, spec }: RuleContext<ImageSpec>,
  problems: Problems,
): (path: string) => boolean {
  const own = `${spec.dockerfile}.dockerignore`;
  const ownText = sources.readText(own);
  const file: SourceFile =
    ownText === undefined
      ? { path: '.dockerignore', text: sources.readText('.dockerignore') ?? '' }
      : { path: own, text: ownText };
  return parseIgnoreFile(file.text, (start, end) =>
    problems.add(
      'image/bad-value',
      { file, start, end },
      { message: 'this pattern cannot be read', hint: 'close its [ with a ]' },
    ),
  );
}

function stampArgs({ settings: { stamp } }: RuleContext<ImageSpec>): Record<string, string> {
  return {
    BUILD_VERSION: stamp.version,
    BUILD_NUMBER: String(stamp.buildNumber),
    BUILD_ID: stamp.buildId,
    GIT_COMMIT: stamp.commit,
  };
}

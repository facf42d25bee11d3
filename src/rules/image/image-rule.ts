import { type Diagnostic, formatLabel, hasErrors, type Label, type SourceFile } from '../../base/index.ts';
import type { ImageSpec } from '../../config/index.ts';
import { imageKey, parseIgnoreFile } from '../../oci/index.ts';
import { isSinglePlatform, type PlatformImage, platformOf } from '../platform-images.ts';
import { refusedPlan } from '../refused-plan.ts';
import type { Architecture, RuleContext, RulePlan } from '../rule.ts';
import { taggedImage } from '../tagged-image.ts';
import { IMAGE_CREATED_AT } from '../untagged-image.ts';
import { ContextFiles } from './context-files.ts';
import { imageForPlatform, ownProblems, type ReadForPlatform } from './image-for-platform.ts';
import type { ImageSurroundings } from './image-reading.ts';
import { Problems } from './problems.ts';
import { readImage } from './read-image.ts';
import { isUnpacked } from './unpacked-base.ts';

/**
 * A Dockerfile becomes an OCI layout: for each platform an action assembles the image, or several do where commands run in
 * between, and a last one, stamped and cheap, writes the index with its tags, so that a new version assembles nothing again.
 */
export function imageRule(context: RuleContext<ImageSpec>): RulePlan {
  const { dockerfile: path } = context.spec;
  const text = context.sources.readText(path);
  if (text === undefined) return refusedPlan([unreadable(path)]);
  const file: SourceFile = { path, text };
  const ignoring = new Problems();
  const files = new ContextFiles(context.sources, ignoreFileOf(context, ignoring));
  const reads: ReadForPlatform[] = [];
  const found: Diagnostic[] = [...ignoring.inOrder(file)];
  for (const architecture of context.settings.architectures) {
    const problems = new Problems();
    const image = readImage(surroundingsOf(context, { file, files, problems, architecture }));
    if (image) reads.push({ architecture, image });
    found.push(...problems.inOrder(file));
  }
  const diagnostics = [...eachOnce(found), ...ownProblems(context, reads)];
  if (reads.length === 0 || hasErrors(diagnostics)) return refusedPlan(diagnostics);
  const images = imagesOf(context, reads, files);
  const plan = taggedImage(context, images, path);
  return plan.ok ? { ...plan.value, diagnostics } : refusedPlan([...diagnostics, plan.failure]);
}

/** That for the machine itself first, as others may be like it; the order of platforms stays. */
function imagesOf(
  context: RuleContext<ImageSpec>,
  reads: readonly ReadForPlatform[],
  files: ContextFiles,
): PlatformImage[] {
  const read = reads.find(({ architecture }) => architecture === context.settings.architecture);
  const made = read && imageForPlatform(context, read, { files, own: undefined });
  const own = read && made && { plan: read.image.plan, layout: made.layout };
  return reads.map((each) =>
    each === read && made ? made : imageForPlatform(context, each, { files, own }),
  );
}

function surroundingsOf(
  context: RuleContext<ImageSpec>,
  read: {
    readonly file: SourceFile;
    readonly files: ContextFiles;
    readonly problems: Problems;
    readonly architecture: Architecture;
  },
): ImageSurroundings {
  const { file, files, problems, architecture } = read;
  const { settings, spec, configuration, target, locked } = context;
  const needs = new Set(target.needs.map(({ label }) => formatLabel(label)));
  return {
    file,
    architecture,
    buildArchitecture: settings.architecture,
    ...(isSinglePlatform(settings) ? {} : { platforms: settings.architectures.map(platformOf) }),
    createdAt: IMAGE_CREATED_AT,
    imagePrefix: configuration.imagePrefix,
    buildArgs: { ...(spec.stamp ? stampArgs(context) : {}), ...spec.env },
    context: files,
    problems,
    isNeeded: (label) => needs.has(formatLabel(label)),
    dockerfileOf: (label) => dockerfileOf(context, label),
    isUnpacked: (label) => isUnpacked(context, label),
    triggersOf: (registryImage) => locked.images[imageKey(registryImage)]?.triggers ?? [],
  };
}

/** What is wrong whatever the platform is said once. */
function eachOnce(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const known = new Set<string>();
  return diagnostics.filter(({ code, message, path, span }) => {
    const key = [code, message, path, span?.file.path, span?.start].join('\0');
    return !known.has(key) && known.add(key);
  });
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

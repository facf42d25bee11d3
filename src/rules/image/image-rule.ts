import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import { DEFAULT_RESOURCES, DEFAULT_TIMEOUT_MS } from '../../action/index.ts';
import { type Diagnostic, formatLabel, hasErrors, type Label, type SourceFile } from '../../base/index.ts';
import type { ImageSpec } from '../../config/index.ts';
import { parseIgnoreFile, tagOfVersion } from '../../oci/index.ts';
import { OWN_COMMANDS } from '../own-commands.ts';
import type { RuleContext, RulePlan } from '../rule.ts';
import { DIST_CLASS } from '../rule.ts';
import { ContextFiles } from './context-files.ts';
import { imageActions } from './image-actions.ts';
import { Problems } from './problems.ts';
import { type ReadImage, readImage } from './read-image.ts';

/** SOURCE_DATE_EPOCH of every build. */
const CREATED_AT = 315532800;
const INDEX = 'index.json';

/**
 * A Dockerfile becomes an OCI layout: an action assembles the image, or several do where commands run in between, and a last
 * one, stamped and cheap, writes the index with its tags, so that a new version assembles nothing again.
 */
export function imageRule(context: RuleContext<ImageSpec>): RulePlan {
  const problems = new Problems();
  const text = context.sources.readText(context.spec.dockerfile);
  if (text === undefined) return refused([unreadable(context.spec.dockerfile)]);
  const file: SourceFile = { path: context.spec.dockerfile, text };
  const files = new ContextFiles(context.sources, ignoreFileOf(context, problems));
  const needs = new Set(context.target.needs.map(({ label }) => formatLabel(label)));
  const image = readImage({
    file,
    architecture: context.settings.architecture,
    createdAt: CREATED_AT,
    imagePrefix: context.configuration.imagePrefix,
    buildArgs: { ...(context.spec.stamp ? stampArgs(context) : {}), ...context.spec.env },
    context: files,
    problems,
    isNeeded: (label) => needs.has(formatLabel(label)),
    dockerfileOf: (label) => dockerfileOf(context, label),
    triggersOf: ({ reference, platform }) =>
      context.locked.images[`${reference} ${platform}`]?.triggers ?? [],
  });
  const diagnostics = problems.inOrder(file);
  if (!image || hasErrors(diagnostics)) return refused(diagnostics);
  const tags = imageTags(context);
  if (!tags.ok) return refused([...diagnostics, tags.diagnostic]);
  return { ...planOf(context, { image, files, tags: tags.tags }), diagnostics };
}

function refused(diagnostics: readonly Diagnostic[]): RulePlan {
  return { actions: [], tests: [], artifacts: [], exports: { kind: 'merge', of: [] }, diagnostics };
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

function imageTags({
  settings,
  spec,
  configuration,
}: RuleContext<ImageSpec>): { ok: true; tags: string[] } | { ok: false; diagnostic: Diagnostic } {
  const tag = tagOfVersion(settings.stamp.version);
  const container = configuration.artifacts.find((artifact) => artifact.type === 'container');
  const stated = container?.tags ?? ['latest'];
  if (tag !== undefined) return { ok: true, tags: [...new Set([...stated, tag])] };
  const message = `the version ${settings.stamp.version} cannot be a tag of an image`;
  const hint = 'a tag has letters, digits, dots, dashes and underscores, at most 128';
  return {
    ok: false,
    diagnostic: { code: 'image/bad-value', severity: 'error', message, hint, path: spec.dockerfile },
  };
}

interface PlanParts {
  readonly image: ReadImage;
  readonly files: ContextFiles;
  readonly tags: readonly string[];
}

function planOf(
  context: RuleContext<ImageSpec>,
  { image, files, tags }: PlanParts,
): Omit<RulePlan, 'diagnostics'> {
  const { label } = context.target;
  const { actions, layout } = imageActions(context, image, files);
  const name = `${context.settings.registry}/${context.configuration.imagePrefix}${label.name}`;
  const tag = ownAction(context, {
    id: `${formatLabel(label)}#tag`,
    description: `Tag image ${label.name} ${tags.join(', ')}`,
    command: 'image-tag',
    args: [
      '--index',
      INDEX,
      '--out',
      `tagged/${INDEX}`,
      '--name',
      name,
      ...tags.flatMap((each) => ['--tag', each]),
    ],
    work: { kind: 'at', of: layout, path: INDEX },
    outputs: ['tagged'],
  });
  const index: TreeExpression = { kind: 'at', of: { kind: 'output', action: tag.id }, path: 'tagged' };
  return {
    actions: [...actions, tag],
    tests: [],
    artifacts: [
      {
        name: label.name,
        type: 'container',
        path: `${DIST_CLASS.image}/${label.name}`,
        tree: { kind: 'merge', of: [layout, index] },
        isFile: false,
      },
    ],
    exports: layout,
  };
}

interface OwnAction extends Pick<PlannedAction, 'id' | 'description' | 'work' | 'outputs'> {
  readonly command: 'image-tag';
  readonly args: readonly string[];
}

function ownAction(context: RuleContext<ImageSpec>, own: OwnAction): PlannedAction {
  const { id, description, work, outputs, command, args } = own;
  const { spec } = context;
  return {
    id,
    owner: context.target.label,
    mnemonic: 'Image',
    description,
    env: {},
    work,
    outputs,
    ...context.ownCommand(command, OWN_COMMANDS[command], args),
    network: false,
    timeoutMs: spec.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    resources: { ...DEFAULT_RESOURCES, ...spec.resources },
    staging: 'overlay',
    isCacheable: spec.cache,
  };
}

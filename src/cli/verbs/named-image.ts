import { resolve } from 'node:path/posix';
import { type Diagnostic, fail, hasErrors, ok, parseLabel, type Result } from '../../base/index.ts';
import { openWorkspace } from '../../build/index.ts';
import { selectTargets } from '../../graph/index.ts';
import {
  type InspectionCode,
  inspectionDiagnostic,
  isRegistryReference,
  machinePlatform,
  type OpenedImage,
  openImage,
  openStoredImage,
  parseWantedPlatform,
  splitTag,
  type WantedPlatform,
} from '../../inspection/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import type { CliCode } from '../diagnostics.ts';
import type { VerbContext } from '../verb.ts';

/** Opens the images that words of the command line mean, with `--platform` as given; tells all that is wrong with them. */
export async function openNamedImages(
  context: VerbContext,
  words: readonly string[],
): Promise<Result<readonly OpenedImage[], readonly Diagnostic[]>> {
  const text = context.flags.text('platform');
  const platform = text === undefined ? undefined : parseWantedPlatform(text);
  if (text !== undefined && !platform) return fail([badPlatform(text)]);
  const images: OpenedImage[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const word of words) {
    const opened = await openNamedImage(context, word, platform);
    if (opened.ok) images.push(opened.value);
    else diagnostics.push(...opened.failure);
  }
  return diagnostics.length > 0 ? fail(diagnostics) : ok(images);
}

async function openNamedImage(
  context: VerbContext,
  word: string,
  platform: WantedPlatform | undefined,
): Promise<Result<OpenedImage, readonly Diagnostic[]>> {
  const { host, signal } = context;
  const choice = {
    name: word,
    ...(platform ? { platform } : {}),
    machine: machinePlatform(host.env.architecture),
  };
  const world = { fs: host.fs, signal };
  const found = findImage(context, word);
  if (!found && isRegistryReference(word) && parseLabel(word) === undefined) {
    const { pullIntoStore } = await import('../registry-image.ts');
    const pulled = await pullIntoStore(context, { ...choice, word });
    if (!pulled.ok) return pulled;
    const stored = await openStoredImage(world, pulled.value, choice);
    return stored.ok ? stored : fail([inspectionDiagnostic(stored.failure)]);
  }
  if (!found) return fail(await explainAbsence(context, word));
  const opened = await openImage(world, { ...choice, ...found });
  return opened.ok ? opened : fail([inspectionDiagnostic(opened.failure)]);
}

/** What a word of the command line means on this machine. */
export interface FoundImage {
  readonly path: string;
  readonly tag?: string;
}

/** An image of the workspace before a file of that name: a path with a `/` in it can mean a file only. */
export function findImage(context: VerbContext, word: string): FoundImage | undefined {
  const { host } = context;
  const label = parseLabel(word);
  const name = label?.kind === 'image' ? label.name : word;
  const built = name.includes('/') || name.startsWith('.') ? undefined : builtImage(context, name);
  if (built !== undefined) return { path: built };
  const isThere = (path: string): boolean => host.fs.lstat(path) !== undefined;
  const path = resolve(host.env.workingDirectory, word);
  if (label?.kind !== 'image' && isThere(path)) return { path };
  const tagged = label ? undefined : splitTag(word);
  const untagged = tagged && resolve(host.env.workingDirectory, tagged.path);
  return untagged && isThere(untagged) ? { path: untagged, tag: tagged.tag } : undefined;
}

/** The layout that a build left, whether or not the workspace can be read now. */
function builtImage({ host, directory }: VerbContext, name: string): string | undefined {
  const root = findWorkspaceRoot(host.fs, directory);
  const path = root === undefined ? undefined : `${root}/dist/images/${name}`;
  return path !== undefined && host.fs.lstat(path) ? path : undefined;
}

/** Why a word means no image on this machine. */
export async function explainAbsence(context: VerbContext, word: string): Promise<readonly Diagnostic[]> {
  const unknown = problem('inspection/no-image', word, {
    message: 'there is no such file, and no image of the workspace is called so',
    hint: 'give an image of the workspace, a folder with an OCI layout, an archive of one or of `docker save`, or an image of a registry with its tag: debian:bookworm',
  });
  if (word.includes('/') || findWorkspaceRoot(context.host.fs, context.directory) === undefined)
    return [unknown];
  const opened = await openWorkspace({ ...context, sink: () => {} });
  const selected = opened.value && selectTargets(opened.value.graph, [word]);
  if (!opened.value || !selected) return opened.diagnostics;
  if (hasErrors(selected.diagnostics)) return selected.diagnostics;
  const [label] = selected.value;
  if (selected.value.length !== 1 || !label?.startsWith('image:')) return [unknown];
  return [
    problem('inspection/not-built', word, {
      message: 'the image has not been built',
      hint: `mobileops build ${label} builds it`,
    }),
  ];
}

function problem(
  code: InspectionCode,
  path: string,
  more: { readonly message: string; readonly hint: string },
): Diagnostic {
  return { code, severity: 'error', path, ...more, cause: 'input' };
}

function badPlatform(text: string): Diagnostic {
  const code: CliCode = 'cli/bad-value';
  const message = `--platform ${text} is not a platform`;
  return { code, severity: 'error', message, hint: 'for example: --platform linux/arm64', cause: 'input' };
}

import type { Label } from '../../base/index.ts';
import { type FileOrigin, parseReference } from '../../oci/index.ts';
import type { DraftStage, ImageReading } from './image-reading.ts';
import type { Word } from './words.ts';

/** An image by its name: one of the workspace before any registry is asked. */
export type NamedImage =
  | { readonly kind: 'workspace'; readonly label: Label; readonly path: string }
  | { readonly kind: 'registry'; readonly reference: string; readonly platform: string };

/** What an image's name means for a platform; reports a name that means nothing. Variables are replaced already. */
export function readImageName(reading: ImageReading, word: Word, platform: string): NamedImage | undefined {
  const { problems, imagePrefix, inputs } = reading;
  const reference = parseReference(word.text);
  if (!reference) {
    return problems.add('image/malformed', word.span, {
      message: `${word.text === '' ? 'an empty text' : word.text} is not the name of an image`,
      hint: `write scratch, a stage, ${imagePrefix}<name>, or an image of a registry such as debian:bookworm`,
    });
  }
  const { registry, repository, digest } = reference;
  const isOurs =
    registry === undefined &&
    digest === undefined &&
    repository.startsWith(imagePrefix) &&
    !repository.includes('/');
  if (!isOurs) {
    return { kind: 'registry', reference: word.text, platform };
  }
  const label: Label = { kind: 'image', name: repository.slice(imagePrefix.length) };
  if (!reading.isNeeded(label)) {
    return problems.add('image/missing-need', word.span, {
      message: `the workspace has no image ${label.name}`,
      hint: `write docker/Dockerfile.${label.name}, or correct the name`,
    });
  }
  const { platforms } = reading;
  const built = platforms ?? [`linux/${reading.architecture}`];
  if (built.includes(platform))
    return { kind: 'workspace', label, path: inputs.image(label, platforms && platform) };
  return problems.add('image/platform', word.span, {
    message: `the image ${label.name} of the workspace is built for ${built.join(', ')}, not for ${platform}`,
    hint: 'leave --platform out, or write --platform=$TARGETPLATFORM',
  });
}

/** What `--from` or a mount's `from` names: an earlier stage by name or number, or an image. */
export function readOrigin(
  reading: ImageReading,
  stage: DraftStage,
  word: Word,
): Exclude<FileOrigin, { from: 'folder' }> | undefined {
  const { stages, problems } = reading;
  const name = word.text.toLowerCase();
  const earlier = stages.slice(0, stages.indexOf(stage));
  const named = earlier.findLastIndex((each) => each.name !== undefined && each.name === name);
  const index = named >= 0 ? named : /^\d{1,6}$/.test(name) ? Number(name) : undefined;
  if (index === undefined) return imageOrigin(reading, stage, word);
  if (index < earlier.length) {
    stage.uses.add(index);
    return { from: 'stage', index };
  }
  return problems.add('image/unknown-stage', word.span, {
    message: `there is no stage ${word.text} before this one`,
    hint:
      earlier.length === 0
        ? 'this is the first stage'
        : `the stages before it are 0 to ${earlier.length - 1}`,
  });
}

function imageOrigin(
  reading: ImageReading,
  stage: DraftStage,
  word: Word,
): Exclude<FileOrigin, { from: 'folder' }> | undefined {
  if (
    word.text === 'scratch' ||
    reading.stages.some((each) => each === stage && each.name === word.text.toLowerCase())
  ) {
    return reading.problems.add('image/unknown-stage', word.span, {
      message: word.text === 'scratch' ? 'scratch has no files' : `the stage ${word.text} cannot use itself`,
      hint: 'name an earlier stage or an image',
    });
  }
  const image = readImageName(reading, word, stage.platform);
  if (!image) return undefined;
  if (image.kind === 'workspace') return { from: 'layout', path: image.path };
  const { reference, platform } = image;
  return { from: 'registry', reference, platform };
}

import type { Label, SourceFile } from '../../base/index.ts';
import { parseReference, type RegistryImage } from '../../oci/index.ts';
import { type DockerInstruction, innerInstruction, parseDockerfile } from './dockerfile.ts';
import type { ImageReading, Trigger } from './image-reading.ts';
import { splitWords } from './words.ts';

/** What an ONBUILD instruction puts into the image's configuration: the instruction behind it, here-documents included. */
export function readTrigger(onbuild: DockerInstruction, escapeCharacter: string): Trigger {
  const documents = onbuild.heredocs.map(({ content, name }) => `\n${content}${name}`);
  return {
    text: onbuild.body.value + documents.join(''),
    instruction: innerInstruction(onbuild, escapeCharacter),
  };
}

/** The triggers of an image of the workspace: those of the last stage of its Dockerfile. */
export function workspaceTriggers(reading: ImageReading, label: Label): readonly Trigger[] {
  const file = reading.dockerfileOf(label);
  return file ? triggersOfFile(file) : [];
}

function triggersOfFile(file: SourceFile): readonly Trigger[] {
  if (!/onbuild/i.test(file.text)) return [];
  const { instructions, escape: escapeCharacter } = parseDockerfile(file);
  const last = instructions.findLastIndex(({ keyword }) => keyword === 'FROM');
  return instructions
    .slice(last + 1)
    .filter(({ keyword, body }) => keyword === 'ONBUILD' && body.value !== '')
    .map((each) => readTrigger(each, escapeCharacter));
}

/** The triggers of a registry's image, as far as they are known; each is a text of its own. */
export function registryTriggers(reading: ImageReading, image: RegistryImage): readonly Trigger[] {
  const texts = reading.triggersOf?.(image) ?? [];
  return texts.flatMap((text) => {
    const file = { path: `ONBUILD of ${shortName(image.reference)}`, text };
    return parseDockerfile(file).instructions.map((instruction) => ({ text, instruction }));
  });
}

function shortName(reference: string): string {
  return parseReference(reference)?.repository ?? reference;
}

const NOT_TRIGGERS = ['FROM', 'MAINTAINER', 'ONBUILD'];

/** Why an instruction cannot stand behind ONBUILD; `undefined` where it can. */
export function refusedTrigger({ keyword, body }: DockerInstruction): string | undefined {
  if (NOT_TRIGGERS.includes(keyword)) return `${keyword} cannot stand behind ONBUILD`;
  if (splitWords(body).length === 0 && keyword !== 'HEALTHCHECK') return `${keyword} has nothing behind it`;
  return undefined;
}

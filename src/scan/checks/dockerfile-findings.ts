import { positionOf } from '../../base/index.ts';
import { parseDockerfile } from '../../rules/index.ts';
import type { Finding } from '../model.ts';
import { dockerfileNotes } from './dockerfile-checks.ts';

/** What a Dockerfile does that an image should not have, each at its instruction. */
export function dockerfileFindings(path: string, text: string, imagePrefix: string): readonly Finding[] {
  const { instructions } = parseDockerfile({ path, text });
  return dockerfileNotes(instructions, imagePrefix).map(({ id, severity, title, remedy, instruction }) => {
    const { line, column } = positionOf(instruction.keywordSpan);
    return {
      id,
      aliases: [],
      kind: 'dockerfile',
      severity,
      title,
      subject: path,
      place: { path, line, column },
      remedy,
    };
  });
}

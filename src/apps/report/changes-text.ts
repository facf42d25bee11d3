import { formatSizeBytes, sum } from '../../base/index.ts';
import { type AppChanges, grownBytes, type SizeChange } from './changes.ts';

const SHOWN = 10;

/** The changes as lines, first of all how much larger it became. */
export function changesLines(changes: AppChanges): string[] {
  const { before, fileBytes, downloadBytes, parts, files, facts, lists } = changes;
  const title = `against ${before.name} (${before.version}, ${before.build}): ${signed(fileBytes)}, to download ${signed(downloadBytes)}`;
  return [
    title,
    ...parts
      .filter((part) => grownBytes(part) !== 0)
      .map((part) => `  ${part.part.padEnd(10)}${signed(grownBytes(part)).padStart(12)}`),
    ...facts.map(({ name, before: was, after }) => `  ${name}: ${was} -> ${after}`),
    ...lists.flatMap(({ name, added, removed }) => [
      ...added.map((each) => `  ${name}: + ${each}`),
      ...removed.map((each) => `  ${name}: - ${each}`),
    ]),
    ...files.slice(0, SHOWN).map((file) => `${changeText(file).padStart(14)}  ${file.path}${word(file)}`),
    ...(files.length > SHOWN
      ? [
          `${' '.repeat(14)}  and ${files.length - SHOWN} more files, together ${signed(sum(files.slice(SHOWN).map(grownBytes)))}; --json lists all`,
        ]
      : []),
  ];
}

function changeText(change: SizeChange): string {
  return signed(grownBytes(change));
}

function word({ beforeBytes, afterBytes }: SizeChange): string {
  if (beforeBytes === undefined) return ' (new)';
  return afterBytes === undefined ? ' (gone)' : '';
}

/** `+1.2 KiB`, `-5 B`, `0 B`. */
export function signed(bytes: number): string {
  return `${bytes > 0 ? '+' : bytes < 0 ? '-' : ''}${formatSizeBytes(Math.abs(bytes))}`;
}

import { counted, formatSizeBytes } from '../base/index.ts';
import { shownText } from '../inspection/index.ts';
import type { ComparedFile, FilesDiff } from './diff-files.ts';
import type { Difference } from './model.ts';
import { cureLines, firstDifferences } from './repro-text.ts';

/** The comparison for people: which two, what differs and why, what to do, and the sum of it. */
export function filesDiffText(diff: FilesDiff): string {
  const { a, b, differences, leftOut } = diff;
  return [
    `first   ${fileText(a)}`,
    `second  ${fileText(b)}`,
    ...(differences.length > 0 || leftOut > 0
      ? ['', ...firstDifferences(grouped(differences), leftOut)]
      : []),
    ...cureLines(differences),
    '',
    filesDiffSummary(diff),
    '',
  ].join('\n');
}

const FEW = 3;

/** One line for a field that differs in many members for the same causes. */
function grouped(differences: readonly Difference[]): Difference[] {
  const groups = new Map<string, Difference[]>();
  for (const each of differences) {
    const { field, causes, where } = each;
    const kinds = causes.map(({ kind }) => kind).join();
    const key = where === undefined && field !== 'content' ? `${field}\n${kinds}` : `${groups.size}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => (group.length > FEW ? [asOne(group)] : group));
}

function asOne([first, ...others]: readonly Difference[]): Difference {
  const { place } = first!;
  const name = `${place.at(-1) ?? ''} and ${counted(others.length, 'other member')}`;
  return { ...first!, place: [...place.slice(0, -1), name] };
}

function fileText({ path, sha256, sizeBytes }: ComparedFile): string {
  const about = sha256 === undefined ? 'a folder' : `${formatSizeBytes(sizeBytes ?? 0)}, sha256:${sha256}`;
  return `${shownText(path)}  (${about})`;
}

/** The last line. */
export function filesDiffSummary({
  isSame,
  isSameUnderSignature,
  a,
  differences,
  leftOut,
}: FilesDiff): string {
  if (isSame) return 'the same';
  const count = counted(differences.length + leftOut, 'difference');
  if (isSameUnderSignature === undefined) return `not the same: ${count}`;
  if (!isSameUnderSignature) return `not the same, and other content under the signatures: ${count}`;
  return `not the same, but the content under the signatures is: sha256:${a.contentSha256} (${count})`;
}

import { formatSizeBytes } from '../base/index.ts';
import { shownText } from './byte-text.ts';
import { fit, fitPath } from './fit-text.ts';
import {
  extraBytes,
  type LayerSize,
  type RepeatedContent,
  type ShadowedFile,
  type SizeReport,
} from './size-report.ts';

const COLUMNS = 80;
const SHOWN = 10;
const SHOWN_PLACES = 3;

/** The report as tables of at most 80 columns; safe to show, whatever the image holds. */
export function sizeText(report: SizeReport): string {
  const { image, layers, shadowed, repeated } = report;
  const sections = [
    [
      fit(
        `${shownText(image.name)}  ${shownText(image.platform)}  ${(image.digest ?? image.configDigest).slice(0, 19)}`,
        COLUMNS,
      ),
    ],
    layerTable(report),
    ...layers.flatMap((layer) => (layer.biggest.length === 0 ? [] : [biggestFiles(layer)])),
    shadowed.length === 0 ? [] : shadowedTable(shadowed),
    repeated.length === 0 ? [] : repeatedTable(repeated),
    [sizeSummary(report)],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** The one line of `--quiet`. */
export function sizeSummary({ total }: SizeReport): string {
  const { storedBytes, fileBytes, shadowedBytes, repeatedBytes, efficiency } = total;
  const wasted = `shadowed ${formatSizeBytes(shadowedBytes)}, stored twice ${formatSizeBytes(repeatedBytes)}`;
  const percent = Math.floor(efficiency * 1000) / 10;
  return `stored ${formatSizeBytes(storedBytes)}, files ${formatSizeBytes(fileBytes)}: ${wasted}; efficiency ${percent} %`;
}

function layerTable({ layers, total }: SizeReport): string[] {
  const rows = layers.map((layer) => row(String(layer.number), layer, oneLine(layer.madeBy ?? '')));
  return [
    row('layer', { storedBytes: 'stored', tarBytes: 'unpacked', entries: 'entries' }, 'made by'),
    ...rows,
    row('all', total, ''),
  ];
}

function row(
  name: string,
  sizes: Readonly<Record<'storedBytes' | 'tarBytes' | 'entries', number | string>>,
  madeBy: string,
): string {
  const size = (value: number | string): string =>
    (typeof value === 'number' ? formatSizeBytes(value) : value).padStart(10);
  const { storedBytes, tarBytes, entries } = sizes;
  return fit(
    `${name.padStart(5)} ${size(storedBytes)} ${size(tarBytes)} ${String(entries).padStart(8)}  ${madeBy}`,
    COLUMNS,
  ).trimEnd();
}

function biggestFiles({ number, biggest }: LayerSize): string[] {
  return [
    `biggest files of layer ${number}`,
    ...biggest.map(({ path, sizeBytes }) => fileLine(sizeBytes, path)),
  ];
}

function shadowedTable(shadowed: readonly ShadowedFile[]): string[] {
  const rows = shadowed.slice(0, SHOWN).map(({ path, sizeBytes, layer, by, how }) => {
    const end = layer === by ? `stands twice in layer ${by}` : `layer ${layer}, ${how} by ${by}`;
    return `${fileLine(sizeBytes, path, end.length + 2)}  ${end}`;
  });
  return ['stored but hidden by a higher layer', ...rows, ...more(shadowed.length)];
}

function repeatedTable(repeated: readonly RepeatedContent[]): string[] {
  const rows = repeated.slice(0, SHOWN).flatMap((content) => {
    const { places, sizeBytes } = content;
    const first = `${size(extraBytes(content))}  more than once: ${places.length} files of ${formatSizeBytes(sizeBytes)}`;
    const shown = places.slice(0, SHOWN_PLACES).map(({ layer, path, isSeen }) => {
      const end = isSeen ? `layer ${layer}` : `layer ${layer}, hidden`;
      return `${' '.repeat(14)}${fitPath(path, COLUMNS - 16 - end.length)}  ${end}`;
    });
    const rest = places.length - shown.length;
    return [first, ...shown, ...(rest > 0 ? [`${' '.repeat(14)}and ${rest} more`] : [])];
  });
  return ['files of equal content', ...rows, ...more(repeated.length)];
}

function more(count: number): string[] {
  return count > SHOWN ? [`${' '.repeat(12)}and ${count - SHOWN} more; --json lists all`] : [];
}

function fileLine(sizeBytes: number, path: string, kept = 0): string {
  return `${size(sizeBytes)}  ${fitPath(path, COLUMNS - 14 - kept)}`;
}

function size(sizeBytes: number): string {
  return formatSizeBytes(sizeBytes).padStart(12);
}

function oneLine(text: string): string {
  return shownText(text.replace(/\s+/g, ' ').trim());
}

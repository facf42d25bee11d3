import { counted, formatSizeBytes } from '../../base/index.ts';
import { fit, fitPath, shownText } from '../../inspection/index.ts';
import type { Component } from '../android/manifest.ts';
import { densityName } from '../android/resources.ts';
import { certificatesOf } from '../signatures/signature.ts';
import type { AppChanges } from './changes.ts';
import { changesLines } from './changes-text.ts';
import { iosSections } from './ios-text.ts';
import type { AndroidFacts, AppReport, NativeLibrary, SizeFacts } from './model.ts';
import { signatureWords, signerLine } from './signature-text.ts';

const COLUMNS = 100;
const SHOWN = 10;
const BAR = 20;

/** The report as tables of at most 100 columns; safe to show, whatever the package holds. Findings are shown apart. */
export function reportText(report: AppReport, changes?: AppChanges): string {
  const sections = [
    heading(report),
    sizeTable(report.size),
    largest(report.size),
    ...(report.android ? androidSections(report.android) : []),
    ...(report.ios ? iosSections(report.ios) : []),
    changes ? changesLines(changes) : [],
    [reportSummary(report)],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => fit(shownText(line), COLUMNS)).join('\n'))
    .join('\n\n');
}

/** The one line of `--quiet`. */
export function reportSummary({ size, findings }: AppReport): string {
  const count = (severity: string): number => findings.filter((each) => each.severity === severity).length;
  return `${formatSizeBytes(size.fileBytes)}, to download about ${formatSizeBytes(size.downloadBytes)}: ${[
    counted(count('error'), 'error'),
    counted(count('warning'), 'warning'),
    counted(count('note'), 'note'),
  ].join(', ')}`;
}

function heading({ file, app }: AppReport): string[] {
  const label = app.label === undefined ? '' : `${app.label}  `;
  return [
    `${label}${app.id} ${app.version} (${app.build})`,
    `${file.name}  ${file.format.toUpperCase()}`,
    `sha256 ${file.sha256}`,
  ];
}

function sizeTable({ parts, fileBytes, rawBytes }: SizeFacts): string[] {
  const widest = Math.max(1, ...parts.map(({ storedBytes }) => storedBytes));
  const row = (name: string, sizes: readonly string[], bar: string): string =>
    `${name.padEnd(10)}${sizes.map((each) => each.padStart(12)).join('')}  ${bar}`.trimEnd();
  return [
    row('part', ['files', 'stored', 'unpacked'], ''),
    ...parts
      .filter(({ storedBytes }) => storedBytes > 0)
      .map(({ part, files, storedBytes, rawBytes: raw }) =>
        row(
          part,
          [
            part === 'archive' ? '' : String(files),
            formatSizeBytes(storedBytes),
            part === 'archive' ? '' : formatSizeBytes(raw),
          ],
          '█'.repeat(Math.round((storedBytes / widest) * BAR)),
        ),
      ),
    row('all', ['', formatSizeBytes(fileBytes), formatSizeBytes(rawBytes)], ''),
  ];
}

function largest({ entries, repeated }: SizeFacts): string[] {
  const rows = entries
    .slice(0, SHOWN)
    .map(
      ({ path, storedBytes }) =>
        `${formatSizeBytes(storedBytes).padStart(12)}  ${fitPath(path, COLUMNS - 14)}`,
    );
  const more = entries.length - rows.length;
  return [
    'largest files',
    ...rows,
    ...(more > 0 ? [`${' '.repeat(12)}  and ${more} more; --json lists all`] : []),
    ...(repeated.length > 0
      ? [`${counted(repeated.length, 'content')} more than once; --json lists them`]
      : []),
  ];
}

function androidSections(android: AndroidFacts): string[][] {
  return [
    [
      `SDK  minimum ${android.minSdk}, target ${android.targetSdk}${android.compileSdk === undefined ? '' : `, compiled against ${android.compileSdk}`}`,
      `may be debugged ${yes(android.isDebuggable)}, backup ${yes(android.allowsBackup)}, HTTP ${httpText(android)}`,
      ...resourceLines(android),
    ],
    list('permissions', android.permissions, ({ name, maxSdk }) =>
      maxSdk === undefined ? name : `${name} (up to SDK ${maxSdk})`,
    ),
    list(
      'features',
      android.features,
      ({ name, isRequired }) => `${name}${isRequired ? '' : ' (not required)'}`,
    ),
    list(
      'exported components',
      android.components.filter(({ isExported }) => isExported),
      componentText,
    ),
    dexTable(android),
    list('native libraries', android.native, libraryText),
    signatureTable(android),
  ];
}

function httpText({ usesCleartext, cleartextDomains }: AndroidFacts): string {
  return usesCleartext || cleartextDomains.length === 0
    ? yes(usesCleartext)
    : `to ${cleartextDomains.join(', ')}`;
}

/** As many as a line holds. */
function some(words: readonly string[]): string {
  const shown = words.slice(0, SHOWN).join(', ');
  return words.length > SHOWN ? `${shown} and ${words.length - SHOWN} more` : shown;
}

function resourceLines({ resources }: AndroidFacts): string[] {
  const { locales, densities } = resources;
  return [
    ...(locales.length > 0 ? [`languages  ${some(['default', ...locales])}`] : []),
    ...(densities.length > 0 ? [`densities  ${some(densities.map(densityName))}`] : []),
  ];
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}

function list<T>(title: string, items: readonly T[], text: (item: T) => string): string[] {
  return items.length === 0 ? [] : [title, ...items.map((item) => `  ${text(item)}`)];
}

function componentText({ kind, name, permission, filters }: Component): string {
  const actions = filters.flatMap((filter) => [...filter.actions, ...filter.data]);
  const guard = permission === undefined ? '' : `, needs ${permission}`;
  return `${kind} ${name}${guard}${actions.length > 0 ? `: ${actions.join(', ')}` : ''}`;
}

function dexTable({ dex, methodsByPackage }: AndroidFacts): string[] {
  if (dex.length === 0) return [];
  return [
    'code',
    ...dex.map(
      ({ path, methods, classes, version }) =>
        `  ${path}  ${counted(methods, 'method')} (of 65536), ${classes} ${classes === 1 ? 'class' : 'classes'}, format ${version}`,
    ),
    ...methodsByPackage
      .slice(0, SHOWN)
      .map(({ name, methods }) => `${String(methods).padStart(12)}  ${name === '' ? '(no package)' : name}`),
  ];
}

function libraryText({ path, rawBytes, alignBytes, zipAlignBytes, fits16k }: NativeLibrary): string {
  const place = zipAlignBytes === undefined ? 'compressed' : `at a multiple of ${zipAlignBytes}`;
  return `${path}  ${formatSizeBytes(rawBytes)}, segments ${alignBytes}, ${place}${fits16k ? '' : ', not for pages of 16 KB'}`;
}

function signatureTable({ signatures }: AndroidFacts): string[] {
  if (signatures.length === 0) return ['signatures  none'];
  return [
    'signatures',
    ...signatures.map((each) => {
      const [state, why] = signatureWords(each);
      return `  ${each.scheme.padEnd(4)}  ${state}${why === '' ? '' : `: ${why}`}`;
    }),
    ...certificatesOf(signatures).flatMap((each) => [
      `  ${signerLine(each)}`,
      `  sha256 ${each.sha256}`,
      ...(each.lineage ?? []).flatMap(({ subject, sha256 }) => [
        `    after ${subject}`,
        `    sha256 ${sha256}`,
      ]),
    ]),
  ];
}

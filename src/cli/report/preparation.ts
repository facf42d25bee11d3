import { cleanLine, counted, fitColumns, formatDurationMs, formatSizeBytes } from '../../base/index.ts';
import type { PrepareEvents } from '../../dependencies/index.ts';
import type { BuildEvent } from '../../event/index.ts';
import type { Style } from './style.ts';

/** What is under way before anything is built: files that come, or a section of the lock that is resolved. */
export type Preparation =
  | {
      readonly kind: 'fetching';
      readonly startedAt: number;
      readonly files: number;
      readonly doneFiles: number;
      readonly sizeBytes: number;
      readonly doneBytes: number;
      /** Some sizes are not known. */
      readonly isAtLeast: boolean;
    }
  | { readonly kind: 'resolving'; readonly startedAt: number; readonly what: string };

/** `undefined` when nothing of it is under way. */
export function advancePreparation(
  before: Preparation | undefined,
  event: BuildEvent,
): Preparation | undefined {
  const { type, time: startedAt } = event;
  switch (type) {
    case 'lock.section':
      return { kind: 'resolving', startedAt, what: cleanLine((event.payload as { what: string }).what) };
    case 'prepare.planned': {
      const { files, sizeBytes, unknownSizes } = event.payload as PrepareEvents['prepare.planned'];
      if (files === 0) return undefined;
      const done = { doneFiles: 0, doneBytes: 0 };
      return { kind: 'fetching', startedAt, files, sizeBytes, isAtLeast: unknownSizes > 0, ...done };
    }
    case 'prepare.fetched': {
      if (before?.kind !== 'fetching') return before;
      const { sizeBytes } = event.payload as PrepareEvents['prepare.fetched'];
      return { ...before, doneFiles: before.doneFiles + 1, doneBytes: before.doneBytes + sizeBytes };
    }
    case 'prepare.finished':
    case 'build.planned':
      return undefined;
    default:
      return before;
  }
}

/** `12 of 46 files, 45.2 MiB of 281.8 MiB`; bytes of unknown size may make the sum larger than what was planned. */
export function fetchedText(fetching: Preparation & { readonly kind: 'fetching' }): string {
  const { files, doneFiles, sizeBytes, doneBytes, isAtLeast } = fetching;
  const whole = `${isAtLeast ? 'at least ' : ''}${formatSizeBytes(Math.max(sizeBytes, doneBytes))}`;
  return `${doneFiles} of ${counted(files, 'file')}, ${formatSizeBytes(doneBytes)} of ${whole}`;
}

export interface PreparationLineOptions {
  readonly now: number;
  readonly columns: number;
  readonly style: Style;
}

/** The line that stands at the bottom of a terminal meanwhile. */
export function preparationLine(preparation: Preparation, options: PreparationLineOptions): string {
  const { now, columns, style } = options;
  const elapsedMs = Math.max(0, now - preparation.startedAt);
  const time = formatDurationMs(elapsedMs);
  const text =
    preparation.kind === 'resolving'
      ? `resolving ${preparation.what}, ${time}`
      : `fetched ${fetchedText(preparation)}, ${time}${leftText(preparation, elapsedMs)}`;
  return style.bold(fitColumns(text, columns - 1));
}

/** Before this a guess would say more about the start than about the line: files come many at a time. */
const GUESSED_AFTER_MS = 3000;
const GUESSED_FROM_SHARE = 0.2;

function leftText(
  { sizeBytes, doneBytes, isAtLeast }: Preparation & { readonly kind: 'fetching' },
  elapsedMs: number,
): string {
  if (isAtLeast || elapsedMs < GUESSED_AFTER_MS) return '';
  if (doneBytes < sizeBytes * GUESSED_FROM_SHARE || doneBytes >= sizeBytes) return '';
  const seconds = Math.ceil(((sizeBytes - doneBytes) * elapsedMs) / doneBytes / 1000);
  return `, about ${formatDurationMs(seconds * 1000)} left`;
}

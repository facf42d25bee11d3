import type { DiagnosticStyle } from '../../base/index.ts';

/** Marks text with colours, or leaves it alone. */
export interface Style extends DiagnosticStyle {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly isColored: boolean;
}

const same = (text: string): string => text;
const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;

export const PLAIN_STYLE: Style = {
  bold: same,
  dim: same,
  good: same,
  bad: same,
  error: same,
  warning: same,
  note: same,
  hint: same,
  isColored: false,
};

export const COLOR_STYLE: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  error: sgr(31, 39),
  warning: sgr(33, 39),
  note: sgr(36, 39),
  hint: sgr(36, 39),
  isColored: true,
};

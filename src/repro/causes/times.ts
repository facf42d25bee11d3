import type { Side } from '../model.ts';

/** A moment that a text names. */
export interface TextTime {
  readonly at: number;
  readonly text: string;
  /** Milliseconds since 1970; a text without a zone is read as UTC. */
  readonly ms: number;
  readonly hasZone: boolean;
  /** Milliseconds between this moment and the next that the text could name. */
  readonly stepMs: number;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const MONTH = `(?:${MONTHS.join('|')})[a-z]*`;
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*';
const ZONE = '(?: ?(?:Z\\b|UTC|GMT|[A-Z]{3,5}\\b|[+-]\\d\\d:?\\d\\d))?';
const CLOCK = '\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?';

interface Form {
  readonly pattern: RegExp;
  /** Year, month, day, the rest of the clock, and the zone as text. */
  readonly read: (match: RegExpExecArray) => Parts | undefined;
}

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly clock?: string | undefined;
  readonly zone?: string | undefined;
}

/** Longer forms first: a date alone is the beginning of many. */
const FORMS: readonly Form[] = [
  {
    // 2026-11-27T07:38:44.123Z, 2026-11-27 07:38, 2026:11:27 07:38:44, 2026/11/27 07:38:44 +0100
    pattern: new RegExp(`\\b(\\d{4})([-/:.])(\\d\\d)\\2(\\d\\d)[T _](${CLOCK})(${ZONE})`, 'g'),
    read: ([, year, , month, day, clock, zone]) => parts(year, month, day, clock, zone),
  },
  {
    // Fri Nov 27 07:38:44 UTC 2026, Nov 27 2026 07:38:44, Nov 27 2026
    pattern: new RegExp(
      `\\b(?:${DAY},? +)?(${MONTH}) +(\\d{1,2})(?:,? +(\\d{4}))?(?: +(${CLOCK})(?: ?[AP]M)?(${ZONE})(?: +(\\d{4}))?)?`,
      'g',
    ),
    read: ([, month, day, year, clock, zone, last]) => parts(year ?? last, month, day, clock, zone),
  },
  {
    // Fri, 27 Nov 2026 07:38:44 GMT, 27/Nov/2026:07:38:44 +0000, 27-Nov-2026
    pattern: new RegExp(
      `\\b(\\d{1,2})[ /-](${MONTH})[ /-](\\d{4})(?:[ :](${CLOCK})(?: ?[AP]M)?(${ZONE}))?`,
      'g',
    ),
    read: ([, day, month, year, clock, zone]) => parts(year, month, day, clock, zone),
  },
  {
    // D:20261127073844, 20261127-073844, 20261127T073844Z
    pattern: /(?<!\d)(\d{4})(\d\d)(\d\d)[-_T ]?(\d\d)(\d\d)(\d\d)?(Z)?(?!\d)/g,
    read: ([, year, month, day, hour, minute, second, zone]) =>
      parts(year, month, day, `${hour}:${minute}${second === undefined ? '' : `:${second}`}`, zone),
  },
  {
    pattern: /(?<!\d)(\d{4})([-/.]?)(\d\d)\2(\d\d)(?!\d)/g,
    read: ([, year, , month, day]) => parts(year, month, day),
  },
  {
    // A time of day alone.
    pattern: /(?<![\d:])\d\d:\d\d:\d\d(?:[.,]\d+)?(?![\d:])/g,
    read: ([clock]) => parts('1970', '01', '01', clock),
  },
];

function parts(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  clock?: string,
  zone?: string,
): Parts | undefined {
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return { year, month, day, clock, zone };
}

const DAY_MS = 86_400_000;

/** Seconds since 1970, or a thousandth, a millionth or a billionth of them. */
const EPOCH = /(?<![\w.])\d{10}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?(?!\w)/g;

/** The moments that a text names, in their order, none within another. */
export function timesIn(text: string): TextTime[] {
  const found: TextTime[] = [];
  const taken = new Uint8Array(text.length);
  const take = (at: number, value: string, time: Moment | undefined): void => {
    if (!time || taken.subarray(at, at + value.length).includes(1)) return;
    taken.fill(1, at, at + value.length);
    found.push({ at, text: value, ...time });
  };
  for (const { pattern, read } of FORMS) {
    for (const match of text.matchAll(pattern)) {
      const named = read(match as RegExpExecArray);
      const time = named && momentOf(named);
      // Twelve hours more or less are as good as another zone.
      const isHalfDay = /[AP]M/.test(match[0]);
      take(match.index, match[0], time && { ...time, hasZone: time.hasZone && !isHalfDay });
    }
  }
  for (const { 0: number, index } of text.matchAll(EPOCH)) take(index, number, epochOf(number));
  return found.sort((one, two) => one.at - two.at);
}

type Moment = Pick<TextTime, 'ms' | 'hasZone' | 'stepMs'>;

/** By the count of its figures: seconds, milliseconds, microseconds or nanoseconds since 1970. */
function epochOf(number: string): Moment {
  const [whole = ''] = number.split('.');
  const scale = whole.length === 10 ? 1000 : whole.length === 13 ? 1 : whole.length === 16 ? 1e-3 : 1e-6;
  return { ms: Number(number) * scale, hasZone: true, stepMs: whole === number ? scale : 1 };
}

function momentOf({ year, month, day, clock, zone = '' }: Parts): Moment | undefined {
  const named = MONTHS.findIndex((name) => month.startsWith(name));
  const number = named < 0 ? Number(month) : named + 1;
  const [, hour = '0', minute = '0', second, decimals = '0'] =
    /^(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?$/.exec(clock ?? '') ?? [];
  if (number < 1 || number > 12 || Number(day) < 1 || Number(day) > 31 || Number(hour) > 24) return undefined;
  const local = Date.UTC(
    Number(year),
    number - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
  );
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const stepMs = clock === undefined ? DAY_MS : second === undefined ? 60_000 : 1000;
  const isUtc = /Z|UTC|GMT/.test(zone);
  return {
    ms: local + Number(`0.${decimals}`) * 1000 - offset,
    hasZone: isUtc || sign !== undefined,
    stepMs,
  };
}

/** Clocks of files and programs do not agree to the millisecond. */
const SLACK_MS = 2500;
const QUARTER_MS = 900_000;
const MAX_OFFSET_MS = 14 * 3_600_000;

type Span = Pick<Side, 'startedAtMs' | 'endedAtMs'>;

/** Whether a moment lies within a build, by the machine's clock or by that of its steps; one without a zone may be in any. */
export function isOfBuild(moment: Moment, side: Span & Pick<Side, 'clockShiftMs'>): boolean {
  const { startedAtMs, endedAtMs, clockShiftMs } = side;
  if (isWithin(moment, side)) return true;
  if (clockShiftMs === undefined) return false;
  return isWithin(moment, { startedAtMs: startedAtMs + clockShiftMs, endedAtMs: endedAtMs + clockShiftMs });
}

function isWithin({ ms, hasZone, stepMs }: Moment, { startedAtMs, endedAtMs }: Span): boolean {
  const from = startedAtMs - SLACK_MS - stepMs;
  const to = endedAtMs + SLACK_MS;
  if (hasZone) return ms >= from && ms <= to;
  // Of a time of day alone, the day is not known either.
  if (ms >= 0 && ms < DAY_MS) return (((ms - from) % QUARTER_MS) + QUARTER_MS) % QUARTER_MS <= to - from;
  if (ms < from - MAX_OFFSET_MS || ms > to + MAX_OFFSET_MS) return false;
  for (let offset = -MAX_OFFSET_MS; offset <= MAX_OFFSET_MS; offset += QUARTER_MS)
    if (ms + offset >= from && ms + offset <= to) return true;
  return false;
}

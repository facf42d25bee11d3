import { BUILD_STATUSES } from '../../../src/metrics/records/build-record.ts';

/** What the page shows is its address, so that it can be kept, sent and gone back to. */
export type Address = ListAddress | BuildAddress;

export const VIEWS = ['builds', 'slowest', 'failures', 'trends'] as const;
export type ViewName = (typeof VIEWS)[number];

export interface ListAddress {
  readonly page: 'list';
  readonly view: ViewName;
  readonly filter: Filter;
}

export interface BuildAddress {
  readonly page: 'build';
  readonly id: string;
  /** The action that is shown. */
  readonly action?: string;
}

export interface Filter {
  readonly days: number;
  readonly workspace?: string;
  readonly branch?: string;
  readonly verb?: string;
  readonly status?: string;
  readonly text?: string;
  /** One part of the chart alone, by its start in milliseconds since 1970. */
  readonly from?: number;
}

export const PERIODS = [1, 7, 30, 90, 365] as const;
const USUAL_DAYS = 30;
const NAMES = ['workspace', 'branch', 'verb', 'text'] as const;

export function parseAddress(pathname: string, search: string): Address {
  const query = new URLSearchParams(search);
  const id = /^\/builds\/([^/]+)$/.exec(pathname)?.[1];
  if (id !== undefined) {
    const action = query.get('action');
    return { page: 'build', id: decoded(id), ...(action ? { action } : {}) };
  }
  const view = VIEWS.find((each) => each === query.get('view')) ?? 'builds';
  return { page: 'list', view, filter: parseFilter(query) };
}

function parseFilter(query: URLSearchParams): Filter {
  const days = PERIODS.find((each) => String(each) === query.get('days')) ?? USUAL_DAYS;
  const status = BUILD_STATUSES.find((each) => each === query.get('status'));
  const from = Number(query.get('from') ?? Number.NaN);
  const named = Object.fromEntries(
    NAMES.flatMap((name) => (query.get(name) ? [[name, query.get(name)!]] : [])),
  );
  return {
    days,
    ...named,
    ...(status === undefined ? {} : { status }),
    ...(Number.isSafeInteger(from) && from > 0 ? { from } : {}),
  };
}

export function formatAddress(address: Address): string {
  const query = new URLSearchParams();
  if (address.page === 'build') {
    if (address.action !== undefined) query.set('action', address.action);
    return withQuery(`/builds/${encodeURIComponent(address.id)}`, query);
  }
  const { view, filter } = address;
  if (view !== 'builds') query.set('view', view);
  for (const [name, value] of Object.entries(filter))
    if (value !== undefined && value !== '' && !(name === 'days' && value === USUAL_DAYS))
      query.set(name, String(value));
  return withQuery('/builds', query);
}

function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The parts of a chart over so many days: hours of a day, else days, in the time of who looks. */
export interface ChartSpan {
  readonly sinceMs: number;
  readonly partMs: number;
  readonly parts: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function spanOf(days: number, nowMs: number, offsetMinutes: number): ChartSpan {
  const partMs = days === 1 ? HOUR_MS : days > 120 ? 7 * DAY_MS : DAY_MS;
  const parts = days === 1 ? 24 : Math.ceil((days * DAY_MS) / partMs);
  const offsetMs = offsetMinutes * 60_000;
  // The part that now is in ends the chart.
  const unitMs = days === 1 ? HOUR_MS : DAY_MS;
  const endMs = (Math.floor((nowMs - offsetMs) / unitMs) + 1) * unitMs + offsetMs;
  return { sinceMs: endMs - parts * partMs, partMs, parts };
}

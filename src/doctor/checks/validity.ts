export const DAY_MS = 86_400_000;

/** Time enough to make another key and to let others know it. */
export const ENDS_SOON_MS = 90 * DAY_MS;

/** `2027-01-31`; a time that is none is said as that. */
export function dayOf(timeMs: number): string {
  return Number.isFinite(timeMs) ? new Date(timeMs).toISOString().slice(0, 10) : 'a day that is not known';
}

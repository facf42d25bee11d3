/** Numbers as people read them. All of them are pure: what depends on the moment or the place is handed in. */

export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours === 0) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${hours} h ${String(minutes).padStart(2, '0')} min`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function sizeText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 2 ** (10 * step);
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step]}`;
}

/** With its sign: `+2.1 KiB`, `−3 B`, `no change`. */
export function changeText(bytes: number): string {
  if (bytes === 0) return 'no change';
  return `${bytes > 0 ? '+' : '−'}${sizeText(Math.abs(bytes))}`;
}

export function percentText(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

const SPANS = [
  [60, 1, 'second'],
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [14 * 86_400, 86_400, 'day'],
] as const;

/** `3 hours ago`; what is long ago has its date. */
export function agoText(timeMs: number, nowMs: number, locale?: string): string {
  const seconds = Math.max(0, (nowMs - timeMs) / 1000);
  for (const [below, unitSeconds, unit] of SPANS) {
    if (seconds >= below) continue;
    const count = Math.floor(seconds / unitSeconds);
    if (unit === 'second') return count < 10 ? 'just now' : `${count} seconds ago`;
    return new Intl.RelativeTimeFormat(locale ?? 'en', { numeric: 'always' }).format(-count, unit);
  }
  return new Date(timeMs).toLocaleDateString(locale ?? 'en', { dateStyle: 'medium' });
}

export function momentText(timeMs: number, locale?: string): string {
  return new Date(timeMs).toLocaleString(locale ?? 'en', { dateStyle: 'medium', timeStyle: 'short' });
}

export function shortCommit(commit: string): string {
  return /^[0-9a-f]{40}/.test(commit) ? commit.slice(0, 12) : commit;
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

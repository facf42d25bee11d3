import { cleanText } from '../../base/index.ts';
import { LIMITS } from './build-record.ts';

/** At most `limit` characters, and none split in two. */
export function cut(text: string, limit: number): string {
  return (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`).toWellFormed();
}

/** Of clocks that need not be right. */
export function durationMs(value: number): number {
  return Math.min(LIMITS.durationMs, Math.max(0, Math.round(value)));
}

/** Keeps the ends of what failed actions said, within what a record may hold. */
export class LogBudget {
  #left: number = LIMITS.allLogs;

  take(output: string): string {
    const plain = cleanText(output, false).trimEnd();
    const kept = plain.slice(-Math.min(LIMITS.log, this.#left)).toWellFormed();
    const tail = this.#left === 0 ? '' : kept;
    this.#left -= tail.length;
    return tail;
  }
}

/** Shorter ones would blot out ordinary words. */
const SHORTEST_SECRET = 6;
const SECRET_NAMES =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|PRIVATE_KEY)(?:_|$)/i;

/** Takes out of a text the values of variables that hold secrets, and the user and password of addresses. */
export function withoutSecrets(variables: Readonly<Record<string, string>>): (text: string) => string {
  const values = Object.entries(variables)
    .filter(([name, value]) => SECRET_NAMES.test(name) && value.length >= SHORTEST_SECRET)
    .flatMap(([, value]) => [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
    // Longest first: one may be a part of another.
    .sort((a, b) => b.length - a.length);
  return (text) =>
    values
      .reduce((shown, value) => shown.replaceAll(value, '***'), text)
      .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s:@]+:[^/\s@]+@/gi, '$1***@');
}

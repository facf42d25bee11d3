/** ISO 8601 to the second with `Z`, the one form that SPDX takes. */
export function utcSecond(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

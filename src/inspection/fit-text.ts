/** A text that is cut where a line ends. */
export function fit(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

/** A long path without its middle: its end tells most. */
export function fitPath(path: string, columns: number): string {
  if (path.length <= columns) return path;
  const end = Math.ceil((columns - 1) * 0.65);
  return `${path.slice(0, columns - 1 - end)}…${path.slice(-end)}`;
}
